"""Gives each submission a child of its own, confined by a tier that was tried."""

from __future__ import annotations

import atexit
import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from . import tiers
from .forkserver_client import Child, ChildDiedError, Limits, Worker, WorkerKilledError
from .tiers import DeviceUnavailableError, SandboxUnavailableError, TierCheck

__all__ = [
    "Child",
    "ChildDiedError",
    "DeviceUnavailableError",
    "Limits",
    "Sandbox",
    "SandboxUnavailableError",
]

MAX_TRIES, MAX_KILLED = 2, 10
"""How often a tier may fail, and its worker may be killed, until that is held against the tier:
who ends a worker must not bring the class to a weaker tier."""

_probed: dict[tuple[str, str], TierCheck] = {}
_probing = threading.Lock()
_spare: dict[tuple[str, str], Worker] = {}
"""Workers that were probed and hold, for the first who needs one."""


class Sandbox:
    """One warm worker. Use as a context manager; `child()` gives a fresh process in milliseconds.

    Several threads may ask for children.

    Args:
        limits: the deadlines of each child.
        tier: how children are confined, one of `tiers.TIERS`; None takes the best that holds
            here, and never "none".
        device: where children compute, "cpu" or "cuda". A GPU has one user at a time: take a
            child of such a sandbox inside `exclusive_device()`.

    Raises:
        ValueError: for a tier that there is not. `SandboxUnavailableError`, which is one, comes
            with the first look at `tier`, or the first child.
    """

    def __init__(self, limits: Limits | None = None, tier: str | None = None, device: str = "cpu"):
        if tier not in (None, *tiers.TIERS):
            known = ", ".join(tiers.TIERS)
            raise ValueError(f"sandbox: tier is {tier!r}, expected one of {known}.")
        self.limits = limits or Limits()
        self._wanted, self.device = tier, device
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker and removes its folder."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @property
    def tier(self) -> str:
        """The tier in force; it was tried, unless it is "none"."""
        return self.check.tier

    @property
    def check(self) -> TierCheck:
        """What confines the children, and what was tried against it."""
        return _tried(self._wanted, self.device)

    def exclusive_device(self) -> AbstractContextManager[None]:
        """The device for oneself while the block lasts; a processor is everybody's."""
        return nullcontext() if self.device == "cpu" else device_lock(self.device)

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A fresh child for one submission; it is dead when the block ends."""
        child = self._fork()
        try:
            yield child
        finally:
            child.kill()

    def _fork(self) -> Child:
        with self._lock:
            if self._worker is None:
                self._worker = _spare.pop((self.tier, self.device), None) or self._start()
            try:
                child = self._worker.fork(self.limits)
            except RuntimeError:  # somebody ended the worker: one more, and then it is a fault
                self._worker.close()
                self._worker = self._start()
                child = self._worker.fork(self.limits)
        if self.device != "cpu":
            try:
                child.begin()
            except RuntimeError:
                child.kill()
                raise
        return child

    def _start(self) -> Worker:
        return Worker(self.tier, self.device)


def _tried(wanted: str | None, device: str) -> TierCheck:
    """What confines children where this tier is wanted, or the best.

    Raises:
        SandboxUnavailableError: where nothing does, or no confined child computes on the device.
    """
    with _probing:
        if wanted is None:
            return tiers.best(lambda tier: probe(tier, device), device)
        if wanted == "none" and device == "cpu":
            return TierCheck("none", ("limits",))
        return tiers.required(probe(wanted, device), device)


def probe(tier: str, device: str = "cpu") -> TierCheck:
    """What was tried against a tier in a real child; tried once in the life of this process."""
    key = tier, device
    if key in _probed:
        return _probed[key]
    failed, killed = 0, 0
    while failed < MAX_TRIES and killed < MAX_KILLED:
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
        with nullcontext() if device == "cpu" else device_lock(device):
            found = _try_everything(worker)
        if found.holds:
            _spare[key] = worker
            break
        worker.close()
        failed += 1  # once more: a child that was ended meanwhile says nothing of the tier either
    _probed[key] = found
    return found


def resolve_device(device: str, tier: str | None = None) -> str:
    """The device that is meant: "auto" is "cuda" where a confined child computes on it, else "cpu".

    Raises:
        DeviceUnavailableError: where "cuda" is asked for and does not work.
    """
    if device == "cpu":
        return device
    try:
        _tried(tier, "cuda")
    except DeviceUnavailableError:
        if device == "auto":
            return "cpu"
        raise
    finally:
        _close_spare()  # this process has judges for the work
    return "cuda"


@contextmanager
def device_lock(device: str, folder: Path | None = None) -> Iterator[None]:
    """The device for oneself among all judges of the machine, whoever's and however many.

    flock(2): the lock goes with the process that has it, however that ends.

    Args:
        folder: where the lock is, one that all of them can read.
    """
    lock = _opened((folder or Path(tempfile.gettempdir())) / f"bngrader-{device}.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _opened(path: Path) -> int:
    """A descriptor of a file that anybody may have made: reading it is enough to lock it."""
    plain = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(FileExistsError):
        made = os.open(path, plain | os.O_CREAT | os.O_EXCL)
        os.fchmod(made, 0o444)  # whatever this user's mask takes away
        os.close(made)
    return os.open(path, plain)


@atexit.register
def _close_spare() -> None:
    while _spare:
        _spare.popitem()[1].close()


def _try_everything(worker: Worker) -> TierCheck:
    with ExitStack() as stack:
        asks = [_Asked(worker) for _ in range(2)]
        for each in asks:
            stack.callback(each.end)
        return tiers.try_everything(worker.tier, worker.mechanisms, asks[0], asks[1], worker.device)


class _Asked:
    """Calls escape probes in a child, with a new child where one died of it."""

    def __init__(self, worker: Worker):
        self._worker, self._child = worker, self._fresh(worker)

    def __call__(self, name: str, *args: Any) -> Any:
        call = {"target": name, "args": list(args), "kwargs": {}}
        try:
            reply = self._child.ask({"verb": "call", "with": call})
        except ChildDiedError:
            self._child = self._fresh(self._worker)
            return None
        return reply.get("value") if isinstance(reply, dict) else None

    def end(self) -> None:
        self._child.kill()

    @staticmethod
    def _fresh(worker: Worker) -> Child:
        child = worker.fork(Limits(call_s=10.0, submission_s=60.0))
        source = tiers.SOURCE.read_text("utf-8")
        with suppress(ChildDiedError):
            child.ask({"verb": "load", "with": {"unit": "escape_probes", "source": source}})
        return child
