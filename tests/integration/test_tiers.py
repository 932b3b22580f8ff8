"""A tier is used only where everything that was tried against it failed, in a real child."""

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

SHUT = (ProbeResult("read", True), ProbeResult("write", True))
OPEN = (ProbeResult("read", True), ProbeResult("write", False))


def ladder(**holding):
    """A prober in whose machine only the named tiers hold."""
    return lambda tier: TierCheck(tier, ("limits",), holding.get(tier, OPEN))


def test_the_best_tier_that_holds_is_taken():
    assert tiers.best(ladder(namespaces=SHUT, landlock=SHUT)).tier == "namespaces"
    assert tiers.best(ladder(landlock=SHUT, container=SHUT)).tier == "landlock"
    assert tiers.best(ladder(container=SHUT)).tier == "container"


def test_where_nothing_holds_nothing_is_graded_and_the_error_says_what_to_do():
    with pytest.raises(SandboxUnavailableError) as caught:
        tiers.best(ladder(none=SHUT))
    for words in ("container: learners' code could write", "Use Linux 5.13", "bngrader sandbox"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "weak",
    [
        TierCheck("landlock", ("limits",), OPEN),
        TierCheck("landlock", ("limits",), ()),
        TierCheck("landlock", ("limits",), SHUT, "nothing can be computed"),
        TierCheck("landlock", problem="the kernel has none"),
    ],
)
def test_a_tier_that_was_asked_for_and_does_not_hold_is_refused(weak):
    with pytest.raises(SandboxUnavailableError, match="landlock: "):
        tiers.required(weak)


def test_a_tier_that_there_is_not_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="tier is 'moat', expected one of namespaces, landlock"):
        Sandbox(tier="moat")


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_nothing_gets_out_of_a_tier(tier):
    found = check_tier(tier, private=PRIVATE)
    assert (found.problem, [each.name for each in found.probes if not each.held]) == ("", [])
    assert len(found.probes) >= 18
    with Sandbox(tier=tier) as box:
        assert box.tier == tier
        assert {"seccomp", "limits"} <= set(box.check.mechanisms)


def test_without_a_tier_everything_gets_out_so_that_the_probes_are_real():
    found = check_tier("none", private=PRIVATE)
    held = {each.name for each in found.probes if each.held}
    # A container's root may lack the right to lift limits.
    assert held <= ({"raise its own limits"} if os.geteuid() == 0 else ONLY_ROOT)
    assert not found.holds
    with Sandbox(tier="none") as box, box.child() as child:
        assert load_module(child, "moments", "def f(): return 1").f() == 1


def test_a_worker_that_somebody_ended_is_replaced():
    with Sandbox(tier="landlock") as box:
        for _ in range(2):
            with box.child() as child:
                assert load_module(child, "moments", "def f(): return 1").f() == 1
            box._worker._process.kill()
            box._worker._process.wait()


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_who_kills_workers_while_a_tier_is_tried_does_not_make_it_seem_weak(tier, monkeypatch):
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
def test_a_child_ends_with_its_worker(tier):
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
from tests.grader.subprocess_probe import denying
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
def test_without_user_namespaces_the_next_tier_holds_for_root_and_for_a_user(who):
    found = on_other_machine(f"{who} unshare")
    assert found.startswith(f"landlock Landlock ABI {landlock.abi()}, seccomp, limits")
    uid = {True: 65534 if who == "" else 1000, False: os.geteuid()}[ROOT_IS_HERE]
    assert f"user {uid}" in found


def test_an_ordinary_user_gets_the_best_tier_and_is_nobody_there():
    found = on_other_machine("user")
    assert found.startswith("namespaces namespaces, Landlock")
    assert "user 65534" in found


def test_namespaces_stand_without_landlock_and_say_so():
    assert on_other_machine("landlock").startswith("namespaces namespaces, seccomp, limits")


def test_where_a_child_could_read_the_answers_nothing_is_graded():
    found = on_other_machine("user unshare landlock")
    assert found.startswith("sandbox: no tier holds on this machine")
    assert "read solutions" in found
    assert TIERS[2] in found


if ROOT_IS_HERE:  # it takes root to become somebody else

    def test_a_container_holds_where_only_root_can_read_the_answers():
        assert on_other_machine("bare shut unshare landlock").startswith(
            "container seccomp, limits"
        )

    def test_root_is_not_enough_where_everybody_can_read_the_answers():
        assert "container: learners' code could read solutions" in on_other_machine(
            "bare unshare landlock"
        )
