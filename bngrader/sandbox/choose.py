"""The choice of a tier, by running the escape probes in real children of a worker."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bnlab.kit.testing.learner_error import LearnerError
from bnlab.kit.testing.properties import NoResultError

from ..core.errors import GraderError
from ..remote.proxy import RemoteModule, load_module
from . import tiers
from .device_lock import device_lock
from .escape_check import PROBES, check_escape
from .forkserver_client import Child, ChildDiedError, Worker, WorkerKilledError
from .limits import Limits
from .memory import memory_problem
from .tiers import TIERS, TierCheck

MAX_FAILURES, MAX_KILLED = 2, 10
"""How often a tier may fail, and its worker may be killed, before the tier counts as unusable.

A person or the kernel may kill a worker; this must not bring a class to a weaker tier."""
PROBE_LIMITS = Limits(call_s=10.0, submission_s=60.0)

_checked: dict[tuple[str, str, tuple[Path, ...]], TierCheck] = {}
_checking = threading.Lock()
_spare: dict[tuple[str, str], Worker] = {}
"""Workers of tiers that hold, for the first sandbox that needs one."""


def choose_tier(wanted: str | None, device: str = "cpu", private: Sequence[Path] = ()) -> TierCheck:
    """Return the check of the tier to use, after running the escape probes in it.

    Each tier is checked once in the life of this process. "none" is used only on request, and its
    probes are not run.

    Args:
        wanted: one of TIERS, or None for the strongest tier that holds.
        device: the device on which children compute, "cpu" or "cuda".
        private: files and folders that no child may read, such as solutions and course.

    Raises:
        GraderError: if the tier is unknown.
        SandboxUnavailableError: if no tier, or not the wanted one, holds.
        DeviceUnavailableError: if no confined child computes on the device.
    """
    check_name(wanted)
    if wanted is None:
        return tiers.best(lambda tier: check_tier(tier, device, private), device)
    if wanted == "none" and device == "cpu":
        return TierCheck("none", ("limits",))
    return tiers.required(check_tier(wanted, device, private), device)


def check_name(tier: str | None) -> None:
    """Raise a GraderError if there is no such tier."""
    if tier not in (None, *TIERS):
        known = ", ".join(TIERS)
        raise GraderError(f"sandbox: tier is {tier!r}, expected one of {known}.")


def check_tier(tier: str, device: str = "cpu", private: Sequence[Path] = ()) -> TierCheck:
    """Return the results of the escape probes in a tier; they run once in this process."""
    key = tier, device, tuple(private)
    with _checking:
        if key not in _checked:
            _checked[key] = _check(tier, device, private)
        return _checked[key]


def _check(tier: str, device: str, private: Sequence[Path]) -> TierCheck:
    failed, killed = 0, 0
    while failed < MAX_FAILURES and killed < MAX_KILLED:
        try:
            worker = Worker(tier, device)
        except WorkerKilledError as error:
            killed += 1
            found = TierCheck(tier, problem=str(error))
            continue
        except RuntimeError as error:
            failed += 1
            found = TierCheck(tier, problem=str(error))
            continue
        try:
            with device_lock(device):
                found = _run_probes(worker, private)
        except RuntimeError as error:  # the worker is gone
            found = TierCheck(tier, problem=str(error))
        if found.holds:
            if replaced := _spare.pop((tier, device), None):
                replaced.close()
            _spare[tier, device] = worker
            break
        worker.close()
        failed += 1  # a second try: a child that somebody killed is no evidence against the tier
    return found if found.holds else replace(found, short_of=memory_problem())


def take_spare_worker(tier: str, device: str) -> Worker | None:
    """Return a warm worker of a tier that holds, if one is left from its check."""
    return _spare.pop((tier, device), None)


@atexit.register
def close_spare_workers() -> None:
    """End the workers that no sandbox has taken."""
    while _spare:
        _spare.popitem()[1].close()


def _run_probes(worker: Worker, private: Sequence[Path]) -> TierCheck:
    with ExitStack() as stack:
        children = [_ProbedChild(worker) for _ in range(2)]
        for each in children:
            stack.callback(each.close)
        first, second = children
        return check_escape(
            worker.tier, worker.mechanisms, first.ask, second.ask, worker.device, private
        )


class _ProbedChild:
    """A child with the escape probes; another takes its place if a probe ends it."""

    def __init__(self, worker: Worker):
        self._worker = worker
        self._start()

    def _start(self) -> None:
        self._child: Child = self._worker.fork(PROBE_LIMITS)
        self._probes = RemoteModule(self._child)
        with suppress(ChildDiedError, LearnerError):
            self._probes = load_module(self._child, PROBES.stem, PROBES.read_text("utf-8"))

    def ask(self, name: str, *args: Any) -> Any:
        """Return the value of a probe, None if it raised or the child died."""
        try:
            return getattr(self._probes, name)(*args)
        except ChildDiedError:
            self._child.kill()
            self._start()
        except (LearnerError, NoResultError):
            pass
        return None

    def close(self) -> None:
        self._child.kill()
