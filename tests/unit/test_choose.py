"""The choice of a tier: once in a process, and not at all if the parent process has chosen."""

from pathlib import Path

import pytest

from bngrader.core.errors import GraderError
from bngrader.sandbox import choose
from bngrader.sandbox.sandbox import Sandbox, choose_tier
from bngrader.sandbox.tiers import (
    DeviceUnavailableError,
    ProbeResult,
    SandboxUnavailableError,
    TierCheck,
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
