"""The choice of a tier: once in a process, and not at all if the parent process has chosen."""

import resource
from pathlib import Path

import pytest

from bngrader.core.errors import GraderError
from bngrader.sandbox import choose
from bngrader.sandbox.memory import memory_problem
from bngrader.sandbox.sandbox import Sandbox, choose_tier
from bngrader.sandbox.tiers import (
    TIERS,
    DeviceUnavailableError,
    ProbeResult,
    SandboxUnavailableError,
    TierCheck,
    best,
)


@pytest.fixture
def checks(monkeypatch):
    """The tiers that were checked, on a machine on which only `landlock` holds."""
    checked = []

    def check(tier, device, private):
        checked.append((tier, device, *private))
        return TierCheck(tier, (), (ProbeResult("read", tier == "landlock"),))

    monkeypatch.setattr(choose, "_checked", {})
    monkeypatch.setattr(choose, "_check", check)
    return checked


def test_choose_tier_checks_each_tier_once(checks):
    assert choose_tier(None).tier == choose_tier(None).tier == "landlock"
    assert choose_tier("landlock").holds
    assert checks == [("namespaces", "cpu"), ("landlock", "cpu")]


def test_choose_tier_checks_again_for_other_private_paths(checks):
    for path in (Path("solutions"), Path("course")):
        choose_tier("landlock", private=[path])
    assert checks == [("landlock", "cpu", Path("solutions")), ("landlock", "cpu", Path("course"))]


def test_choose_tier_uses_none_on_request_only_and_without_probes(checks):
    assert choose_tier("none").tier == "none"
    assert checks == []


def test_choose_tier_refuses_a_tier_that_does_not_hold(checks):
    with pytest.raises(SandboxUnavailableError, match="namespaces: learners' code could read"):
        choose_tier("namespaces")
    with pytest.raises(GraderError, match="tier is 'moat', expected one of namespaces"):
        choose_tier("moat")


def test_choose_tier_blames_the_device_if_no_tier_holds_there(checks):
    with pytest.raises(DeviceUnavailableError, match="grade with --device cpu") as caught:
        choose_tier("namespaces", "cuda")
    assert not isinstance(caught.value, SandboxUnavailableError)


def test_sandbox_takes_a_tier_that_the_parent_process_has_probed(checks):
    with Sandbox(tier="namespaces", probe=False) as sandbox:
        assert sandbox.tier == "namespaces"
    with pytest.raises(GraderError, match="tier is None, expected the tier that was probed"):
        Sandbox(probe=False)
    assert checks == []


def test_a_machine_without_memory_is_told_what_is_missing(tmp_path, monkeypatch):
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unlimited)
    rows = tmp_path / "meminfo"
    rows.write_text("MemTotal: 900000 kB\nMemAvailable: 102400 kB\n")
    short = memory_problem(rows)
    assert short == "the free memory is 100 MiB, expected at least 600 MiB"
    rows.write_text("MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    assert memory_problem(rows) == ""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1500 * 2**20, 1500 * 2**20))
    limited = memory_problem(rows)
    assert limited == (
        "the limit on address space is 1500 MiB, expected at least 3000 MiB (`ulimit -v`)"
    )
    found = [TierCheck(tier, problem="nothing works", short_of=limited) for tier in TIERS[:-1]]
    with pytest.raises(SandboxUnavailableError) as told:
        best(lambda tier: found.pop(0))
    assert "there is too little memory" in str(told.value)
    assert limited in str(told.value)
    assert "Linux 5.13" not in str(told.value)
