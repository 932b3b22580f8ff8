"""Gives each submission a child of its own, confined by a tier that was tried."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from . import protection
from .process import Child, Gone, Limits, Worker
from .protection import Protection, Unprotected

__all__ = ["Child", "Gone", "Limits", "Sandbox", "Unprotected"]

_probed: dict[str, Protection] = {}
_probing = threading.Lock()
_spare: dict[str, Worker] = {}
"""Workers that were probed and hold, for the first who needs one."""


class Sandbox:
    """One warm worker. Use as a context manager; `child()` gives a fresh process in milliseconds.

    Several threads may ask for children.

    Args:
        limits: the deadlines of each child.
        tier: how children are confined, one of `protection.TIERS`; None takes the best that holds
            here, and never "none".

    Raises:
        ValueError: for a tier that there is not. `Unprotected`, which is one, comes with the
            first look at `tier`, or the first child.
    """

    def __init__(self, limits: Limits | None = None, tier: str | None = None):
        if tier not in (None, *protection.TIERS):
            known = ", ".join(protection.TIERS)
            raise ValueError(f"sandbox: tier is {tier!r}, expected one of {known}.")
        self.limits = limits or Limits()
        self._wanted = tier
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
        return self.protection.tier

    @property
    def protection(self) -> Protection:
        """What confines the children, and what was tried against it."""
        with _probing:
            if self._wanted is None:
                return protection.best(probe)
            if self._wanted == "none":
                return Protection("none", ("limits",))
            return protection.required(probe(self._wanted))

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
                self._worker = _spare.pop(self.tier, None) or Worker(self.tier)
            try:
                return self._worker.fork(self.limits)
            except RuntimeError:  # somebody ended the worker: one more, and then it is a fault
                self._worker.close()
                self._worker = Worker(self.tier)
                return self._worker.fork(self.limits)


def probe(tier: str) -> Protection:
    """What was tried against a tier in a real child; tried once in the life of this process."""
    if tier in _probed:
        return _probed[tier]
    for _ in range(2):  # a worker that somebody ended meanwhile says nothing of the tier
        try:
            worker = Worker(tier)
        except RuntimeError as error:
            _probed[tier] = Protection(tier, problem=str(error))
            continue
        _probed[tier] = _try_everything(worker)
        if _probed[tier].holds:
            _spare[tier] = worker
            break
        worker.close()
    return _probed[tier]


@atexit.register
def _close_spare() -> None:
    while _spare:
        _spare.popitem()[1].close()


def _try_everything(worker: Worker) -> Protection:
    with ExitStack() as stack:
        asks = [_Asked(worker) for _ in range(2)]
        for each in asks:
            stack.callback(each.end)
        return protection.try_everything(worker.tier, worker.layers, *asks)


class _Asked:
    """Calls functions of the attempts in a child, with a new child where one died of it."""

    def __init__(self, worker: Worker):
        self._worker, self._child = worker, self._fresh(worker)

    def __call__(self, name: str, *args: Any) -> Any:
        call = {"target": name, "args": list(args), "kwargs": {}}
        try:
            reply = self._child.ask({"verb": "call", "with": call})
        except Gone:
            self._child = self._fresh(self._worker)
            return None
        return reply.get("value") if isinstance(reply, dict) else None

    def end(self) -> None:
        self._child.kill()

    @staticmethod
    def _fresh(worker: Worker) -> Child:
        child = worker.fork(Limits(call=10.0, submission=60.0))
        source = protection.SOURCE.read_text("utf-8")
        with suppress(Gone):
            child.ask({"verb": "load", "with": {"stem": "attempts", "source": source}})
        return child
