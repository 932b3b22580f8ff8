"""Ends code that does not end by itself, and prints that do not stop."""

from __future__ import annotations

import ctypes
import io
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

MAX_PRINTED_CHARS = 2000
"""Characters that a learner's code may print while it is checked."""


class TimeLimitError(BaseException):
    """Raised into code that ran out of time. No `except Exception` of a learner's catches it."""

    def __init__(self, seconds: float = 0.0):
        super().__init__(f"did not end within {seconds:g} s (a loop without an end?)")


@contextmanager
def timeout(seconds: float) -> Iterator[None]:
    """Lets the block compute for so long, and then ends it.

    It ends Python code, on any system and in any thread; a single long call into C ends first.
    Seconds of the processor count, so that a busy machine is nobody's fault; a block that only
    waits is ended after six times as many seconds of the clock.

    Raises:
        TimeLimitError: out of the block.
    """
    thread = threading.get_ident()
    begun, finished, ended = threading.Event(), threading.Event(), threading.Event()

    def watch() -> None:
        begun.wait()
        worked, waited = time.process_time() + seconds, time.monotonic() + 6 * seconds
        wait = min(0.2, seconds)
        while not finished.wait(wait):
            if time.process_time() > worked or time.monotonic() > waited:
                ended.set()
                _raise(thread)
                wait = 1.0  # a bare `except:` in a loop swallows one, and then the next

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        # Twice: the exception may arrive between the end of the block and the first of them.
        try:
            begun.set()  # not before there is somebody to catch it
            yield
        finally:
            finished.set()
    except TimeLimitError:
        raise TimeLimitError(seconds) from None
    finally:
        finished.set()
        watcher.join()
        if ended.is_set():
            _catch_up(thread)


def _raise(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(TimeLimitError)
    )


def _catch_up(thread: int) -> None:
    """Takes one that is still on its way.

    Calling it back would leave the interpreter waiting for it: CPython 3.11 then never returns
    from a call that a debugger or a profiler follows. So another is sent, which replaces it.
    """
    try:
        _raise(thread)
        while True:
            pass
    except TimeLimitError:
        pass


class _Trickle(io.TextIOBase):
    """Passes on the first characters and counts the others."""

    def __init__(self, target: object):
        self.target, self.count = target, 0

    def write(self, text: str) -> int:
        left = MAX_PRINTED_CHARS - self.count
        if left > 0 and self.target is not None:
            self.target.write(text[:left])  # type: ignore[attr-defined]
        self.count += len(text)
        return len(text)


@contextmanager
def limit_output() -> Iterator[None]:
    """Lets the block print a page, and says afterwards how much more it printed."""
    trickle = _Trickle(sys.stdout)
    try:
        with redirect_stdout(trickle):
            yield
    finally:
        if trickle.count > MAX_PRINTED_CHARS:
            print(
                f"\n... and {trickle.count - MAX_PRINTED_CHARS} characters more; "
                "is there a print in a loop?"
            )
