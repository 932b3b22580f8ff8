"""The sandbox: a warm worker, and a confined child for each submission."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ..core.errors import GraderError
from .choose import check_name, choose_tier, take_spare_worker
from .device_lock import device_lock
from .forkserver_client import Child, ChildDiedError, DeathReason, Worker
from .limits import Budget, Limits
from .tiers import DeviceUnavailableError, SandboxUnavailableError, TierCheck

__all__ = [
    "Budget",
    "Child",
    "ChildDiedError",
    "DeathReason",
    "DeviceUnavailableError",
    "Limits",
    "Sandbox",
    "SandboxUnavailableError",
    "choose_tier",
]


class Sandbox:
    """One worker in a tier. Use as a context manager; `child()` gives a child in milliseconds.

    Several threads may take children.

    Args:
        limits: the deadlines of each child.
        tier: one of `tiers.TIERS`; None for the strongest that holds here, which is never "none".
        device: the device on which children compute, "cpu" or "cuda". A GPU has one user at a
            time: take its children inside `exclusive_device()`.
        probe: whether to run the escape probes. False if the parent process has run them and
            `tier` is the result.
        private: files and folders that no child may read; the probes try to read them.
        library: "numpy" for children in which no other library can be imported.

    Raises:
        GraderError: if the tier is unknown, or missing although `probe` is false.
        SandboxUnavailableError, DeviceUnavailableError: from `check`, `tier` and `child`, if the
            tier does not hold.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        tier: str | None = None,
        device: str = "cpu",
        *,
        probe: bool = True,
        private: Sequence[Path] = (),
        library: str = "torch",
    ):
        check_name(tier)
        if tier is None and not probe:
            raise GraderError("sandbox: tier is None, expected the tier that was probed.")
        self.limits = limits or Limits()
        self.device, self._library = device, library
        self._wanted, self._probe, self._private = tier, probe, tuple(private)
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and remove its folder."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @property
    def tier(self) -> str:
        """The tier in force."""
        return self.check.tier

    @property
    def check(self) -> TierCheck:
        """The tier in force and the results of its probes, if they ran in this process."""
        if self._wanted is not None and not self._probe:
            return TierCheck(self._wanted)
        return choose_tier(self._wanted, self.device, self._private)

    def exclusive_device(self) -> AbstractContextManager[None]:
        """Hold the device for the block; a CPU is not locked."""
        return device_lock(self.device)

    @contextmanager
    def child(self, budget: Budget | None = None) -> Iterator[Child]:
        """Give a fresh child for one submission; it is killed after the block.

        Args:
            budget: the time that is left for the submission; None for all of it.
        """
        child = self._fork(budget)
        try:
            yield child
        finally:
            child.kill()

    def _fork(self, budget: Budget | None) -> Child:
        with self._lock:
            if self._worker is None:
                self._worker = self._start()
            try:
                child = self._worker.fork(self.limits, True, budget)
            except RuntimeError:  # somebody killed the worker: try once more
                self._worker.close()
                self._worker = Worker(self.tier, self.device, self._library)
                child = self._worker.fork(self.limits, True, budget)
        try:
            child.wait_until_ready()
        except RuntimeError:
            child.kill()
            raise
        return child

    def _start(self) -> Worker:
        tier = self.tier
        spare = take_spare_worker(tier, self.device) if self._library == "torch" else None
        return spare or Worker(tier, self.device, self._library)
