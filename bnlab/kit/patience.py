"""Ends code that does not end by itself, and prints that do not stop."""

from __future__ import annotations

import ctypes
import io
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

MOST = 2000
"""Characters that a learner's code may print while it is checked."""


class TookTooLong(BaseException):
    """Raised into code that ran out of time. No `except Exception` of a learner's catches it."""

    def __init__(self, seconds: float = 0.0):
        super().__init__(f"did not end within {seconds:g} s (a loop without an end?)")


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Lets the block compute for so long, and then ends it.

    It ends Python code, on any system and in any thread; a single long call into C ends first.
    Seconds of the processor count, so that a busy machine is nobody's fault; a block that only
    waits is ended after six times as many seconds of the clock.

    Raises:
        TookTooLong: out of the block.
    """
    thread = threading.get_ident()
    finished = threading.Event()

    def watch() -> None:
        worked, waited = time.process_time() + seconds, time.monotonic() + 6 * seconds
        wait = min(0.2, seconds)
        while not finished.wait(wait):
            if time.process_time() > worked or time.monotonic() > waited:
                _raise(thread, TookTooLong)
                wait = 1.0  # a bare `except:` in a loop swallows one, and then the next

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        # Twice: the exception may arrive between the end of the block and the first of them.
        try:
            yield
        finally:
            finished.set()
    except TookTooLong:
        raise TookTooLong(seconds) from None
    finally:
        finished.set()
        watcher.join()
        _raise(thread, None)  # one that is on its way is called back


def _raise(thread: int, kind: type[BaseException] | None) -> None:
    raised = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


class _Trickle(io.TextIOBase):
    """Passes on the first characters and counts the others."""

    def __init__(self, target: object):
        self.target, self.count = target, 0

    def write(self, text: str) -> int:
        left = MOST - self.count
        if left > 0 and self.target is not None:
            self.target.write(text[:left])  # type: ignore[attr-defined]
        self.count += len(text)
        return len(text)


@contextmanager
def few_words() -> Iterator[None]:
    """Lets the block print a page, and says afterwards how much more it printed."""
    trickle = _Trickle(sys.stdout)
    try:
        with redirect_stdout(trickle):
            yield
    finally:
        if trickle.count > MOST:
            print(f"\n... and {trickle.count - MOST} characters more; is there a print in a loop?")
