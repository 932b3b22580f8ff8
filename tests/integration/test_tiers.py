"""The tiers: one is used only if every escape probe fails in a real child of it."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from bngrader.remote.proxy import load_module
from bngrader.sandbox import choose, forkserver_client, tiers
from bngrader.sandbox.choose import check_tier
from bngrader.sandbox.linux import landlock
from bngrader.sandbox.sandbox import Sandbox
from bngrader.sandbox.tiers import TIERS, ProbeResult, SandboxUnavailableError, TierCheck

ROOT = Path(__file__).parents[2]
PRIVATE = (ROOT / "solutions",)
# Without the right to it, even an unconfined child cannot: an ordinary user's is as good as held.
ONLY_ROOT = {"be root", "raise its own limits", "trace the grader", "change the library"}

HELD = (ProbeResult("read", True), ProbeResult("write", True))
ESCAPED = (ProbeResult("read", True), ProbeResult("write", False))


def only(**holding):
    """A check on a machine on which only the named tiers hold."""
    return lambda tier: TierCheck(tier, ("limits",), holding.get(tier, ESCAPED))


def test_best_is_the_first_tier_that_holds():
    assert tiers.best(only(namespaces=HELD, landlock=HELD)).tier == "namespaces"
    assert tiers.best(only(landlock=HELD, container=HELD)).tier == "landlock"
    assert tiers.best(only(container=HELD)).tier == "container"


def test_best_raises_if_no_tier_holds_and_says_what_to_do():
    with pytest.raises(SandboxUnavailableError) as caught:
        tiers.best(only(none=HELD))
    for words in ("container: learners' code could write", "Use Linux 5.13", "bngrader sandbox"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "weak",
    [
        TierCheck("landlock", ("limits",), ESCAPED),
        TierCheck("landlock", ("limits",), ()),
        TierCheck("landlock", ("limits",), HELD, "nothing can be computed"),
        TierCheck("landlock", problem="the kernel has none"),
    ],
)
def test_required_raises_if_the_tier_does_not_hold(weak):
    with pytest.raises(SandboxUnavailableError, match="landlock: "):
        tiers.required(weak)


def test_sandbox_refuses_an_unknown_tier_and_names_the_known_ones():
    with pytest.raises(ValueError, match="tier is 'moat', expected one of namespaces, landlock"):
        Sandbox(tier="moat")


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_check_tier_finds_no_escape(tier):
    found = check_tier(tier, private=PRIVATE)
    assert (found.problem, [each.name for each in found.probes if not each.held]) == ("", [])
    assert len(found.probes) >= 18
    with Sandbox(tier=tier) as box:
        assert box.tier == tier
        assert {"seccomp", "limits"} <= set(box.check.mechanisms)


def test_check_tier_finds_every_escape_without_confinement():
    found = check_tier("none", private=PRIVATE)
    held = {each.name for each in found.probes if each.held}
    # A container's root may lack the right to lift limits.
    assert held <= ({"raise its own limits"} if os.geteuid() == 0 else ONLY_ROOT)
    assert not found.holds
    with Sandbox(tier="none") as box, box.child() as child:
        assert load_module(child, "moments", "def f(): return 1").f() == 1


def test_sandbox_replaces_a_worker_that_was_killed():
    with Sandbox(tier="landlock") as box:
        for _ in range(2):
            with box.child() as child:
                assert load_module(child, "moments", "def f(): return 1").f() == 1
            box._worker._process.kill()
            box._worker._process.wait()


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_check_tier_does_not_blame_a_tier_for_killed_workers(tier, monkeypatch):
    monkeypatch.setattr(choose, "_checked", {})
    monkeypatch.setattr(choose, "_spare", spare := {})
    started = []

    class Killed(forkserver_client.Worker):
        def _wait_for_start(self):
            started.append(self)
            if len(started) <= 3:
                self._process.kill()
            return super()._wait_for_start()

    monkeypatch.setattr(choose, "Worker", Killed)
    try:
        assert check_tier(tier).holds
        assert len(started) == 4
    finally:
        for worker in spare.values():
            worker.close()


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_child_ends_with_its_worker(tier):
    with Sandbox(tier=tier) as box, box.child() as child:
        assert load_module(child, "moments", "def f(): return 1").f() == 1
        assert select.select([child._pidfd], [], [], 0)[0] == []
        box._worker._process.kill()
        assert select.select([child._pidfd], [], [], 30)[0] == [child._pidfd]


# --- other machines, as far as a process can be made to live in one -------------------------------

OTHER_MACHINE = f"""
import os, sys, tempfile
sys.path.insert(0, {str(ROOT)!r})
from bngrader.sandbox.linux import libc, seccomp
from tests.helpers.subprocess_probe import denying
words = sys.argv[1].split()

def bare(home):
    '''Makes what only root enters on the way to Python open to all, for this process alone.'''
    libc.unshare(libc.NEWNS)
    libc.mount("", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    python, aside = sys.base_prefix, tempfile.mkdtemp()
    if python.startswith(home + "/"):
        libc.mount(python, aside, flags=libc.MS_BIND)
        libc.mount("tmpfs", home, "tmpfs", 0, "mode=755")
        os.makedirs(python)
        libc.mount(aside, python, flags=libc.MS_BIND)

if os.geteuid() == 0 and {{"user", "bare"}} & set(words):
    bare("/root")
if "shut" in words:
    libc.mount("tmpfs", {str(ROOT / "solutions")!r}, "tmpfs", 0, "mode=700")
if "user" in words and os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(1000, 1000, 1000)
    os.setresuid(1000, 1000, 1000)
unshare, landlock = {{"x86_64": 272, "aarch64": 97}}[os.uname().machine], 444
denied = unshare * ("unshare" in words), landlock * ("landlock" in words)
if any(denied):
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(denying(filter(None, denied)))

from pathlib import Path
from bngrader.remote.proxy import load_module
from bngrader.sandbox.sandbox import Sandbox, SandboxUnavailableError
try:
    private = [Path({str(ROOT / "solutions")!r})]
    with Sandbox(private=private) as box, box.child() as child:
        source = "import os\\ndef who(): return os.getuid()"
        user = load_module(child, "moments", source).who()
        print(box.tier, ", ".join(box.check.mechanisms), "user", user)
except SandboxUnavailableError as error:
    print(error)
"""
ROOT_IS_HERE = os.geteuid() == 0


def on_other_machine(words):
    """What the sandbox says in a machine described by words, what is denied or who asks."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", OTHER_MACHINE, words],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("who", ["", "user"] if ROOT_IS_HERE else [""])
def test_sandbox_without_user_namespaces_uses_landlock(who):
    found = on_other_machine(f"{who} unshare")
    assert found.startswith(f"landlock Landlock ABI {landlock.abi()}, seccomp, limits")
    uid = {True: 65534 if who == "" else 1000, False: os.geteuid()}[ROOT_IS_HERE]
    assert f"user {uid}" in found


def test_sandbox_of_an_ordinary_user_uses_namespaces():
    found = on_other_machine("user")
    assert found.startswith("namespaces namespaces, Landlock")
    assert "user 65534" in found


def test_sandbox_without_landlock_uses_namespaces():
    assert on_other_machine("landlock").startswith("namespaces namespaces, seccomp, limits")


def test_sandbox_raises_if_a_child_could_read_the_solutions():
    found = on_other_machine("user unshare landlock")
    assert found.startswith("sandbox: no tier holds on this machine")
    assert "read solutions" in found
    assert TIERS[2] in found


if ROOT_IS_HERE:  # it takes root to become somebody else

    def test_sandbox_uses_the_container_tier_if_only_root_can_read_the_solutions():
        assert on_other_machine("bare shut unshare landlock").startswith(
            "container seccomp, limits"
        )

    def test_sandbox_raises_in_a_container_whose_solutions_everybody_can_read():
        assert "container: learners' code could read solutions" in on_other_machine(
            "bare unshare landlock"
        )
