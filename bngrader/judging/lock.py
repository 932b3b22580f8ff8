"""The lock on test code.

Hidden tests and torch share state in a judge process, so one thread at a time runs them. While a
test waits for its child, it releases the lock, so that another thread can go on.

Lock order: the device (`Sandbox.exclusive_device`) first, then this lock. A thread that holds the
device may wait for this lock; a thread that holds this lock never waits for the device.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..remote.protocol import Channel


class JudgeLock:
    """The lock of one judge. Use as a context manager around test code."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> JudgeLock:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Release the lock, which this thread holds, for the block."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()

    def releasing(self, channel: Channel) -> Channel:
        """Return a channel that releases the lock while it waits for a reply."""
        return _ReleasingChannel(channel, self)


class _ReleasingChannel:
    def __init__(self, channel: Channel, lock: JudgeLock):
        self._channel, self._lock = channel, lock

    def ask(self, request: Any) -> Any:
        with self._lock.waiting():
            return self._channel.ask(request)
