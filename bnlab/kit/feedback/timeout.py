"""Limits on the time, the output and the input of learners' code, and on ending Python."""

from __future__ import annotations

import bdb
import builtins
import ctypes
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from traceback import extract_tb
from typing import Any

MAX_PRINTED_CHARS = 2000
"""Characters that learners' code may print while it is checked."""

MAX_PRINTED_LINES = 40


class TimeLimitError(BaseException):
    """Raised in code that ran out of time.

    A BaseException, so that `except Exception` in learners' code does not catch it.
    """

    def __init__(self, seconds: float = 0.0):
        super().__init__(f"did not end within {seconds:g} s (a loop without an end?)")


def ended_at(error: TimeLimitError, filename: str) -> str:
    """Return the text of the error, with the line of a file at which the code was ended."""
    inner = error.__context__ or error
    lines = [each.lineno for each in extract_tb(inner.__traceback__) if each.filename == filename]
    return f"{error}; it was at line {lines[-1]}" if lines else str(error)


@contextmanager
def timeout(seconds: float) -> Iterator[None]:
    """End the block after this many seconds.

    Python code is ended on any system and in any thread. A call into C runs to its end first, but
    one that only waits, such as `time.sleep`, is ended too: on POSIX systems, in the main thread.
    CPU time counts, so that the load of the machine does not matter; a block that only waits is
    ended after six times as many seconds of wall time.

    Raises:
        TimeLimitError: in the block.
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
                wake()
                wait = 1.0  # raise again: a bare `except:` in a loop may have swallowed it

    watcher = threading.Thread(target=watch, daemon=True)
    with _waker() as wake:
        watcher.start()
        try:
            # Set twice: the exception may arrive between the end of the block and the inner call.
            try:
                begun.set()  # not earlier: the exception would not be caught
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


@contextmanager
def _waker() -> Iterator[Callable[[], None]]:
    """A function that interrupts a waiting call of this thread, so that the exception is seen.

    Python retries an interrupted call unless the handler of the signal raises; this handler does
    nothing, and the pending exception is raised in it.
    """
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "pthread_kill")):
        yield lambda: None
        return
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    thread = threading.get_ident()
    try:
        yield lambda: signal.pthread_kill(thread, signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)


def _raise(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(TimeLimitError)
    )


def _catch_up(thread: int) -> None:
    """Wait for an exception that is still pending, and drop it.

    Cancelling it instead would leave CPython 3.11 with a pending flag, and a call under a debugger
    or profiler would never return. Raising it again replaces the pending one.
    """
    try:
        _raise(thread)
        while True:
            pass
    except TimeLimitError:
        pass


class InputRefusedError(Exception):
    """Raised in code that asks for input, which nobody gives to a check."""

    def __init__(self) -> None:
        super().__init__(
            "the code waits for input, from input() or a debugger, and a check gives none; "
            "call the function in a cell or in a Python session to debug it"
        )


@contextmanager
def refuse_input() -> Iterator[None]:
    """Make `input` raise in the block, and debuggers before they print where they stopped."""

    def refuse(*_: object, **__: object) -> Any:
        raise InputRefusedError

    before = builtins.input, sys.breakpointhook, bdb.Bdb.set_trace
    builtins.input, sys.breakpointhook, bdb.Bdb.set_trace = (refuse,) * 3  # type: ignore[method-assign]
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook, bdb.Bdb.set_trace = before  # type: ignore[method-assign]


@contextmanager
def refuse_exit() -> Iterator[None]:
    """Make `os._exit` and `os.abort` raise SystemExit in the block, as `sys.exit` does.

    They would end the check, or the kernel of the notebook, without a word. A process that the code
    starts by a fork still ends by them.
    """
    before, process = (os._exit, os.abort), os.getpid()

    def end(status: int = 1) -> Any:
        if os.getpid() == process:
            raise SystemExit(status)
        before[0](status)

    os._exit = os.abort = end  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit, os.abort = before


class _CutStream(io.TextIOBase):
    """A text stream that passes on the first characters and lines, and counts the others."""

    def __init__(self, target: object):
        self.target, self.chars, self.lines, self.cut = target, 0, 0, 0

    def write(self, text: str) -> int:
        lines = text[: MAX_PRINTED_CHARS - self.chars].splitlines(keepends=True)
        shown = "" if self.cut else "".join(lines[: MAX_PRINTED_LINES - self.lines])
        self.chars += len(shown)
        self.lines += shown.count("\n")
        self.cut += len(text) - len(shown)
        if shown and self.target is not None:
            self.target.write(shown)  # type: ignore[attr-defined]
        return len(text)


@contextmanager
def limit_output() -> Iterator[None]:
    """Cut off the output of the block after some characters, and print how much was cut."""
    cut = _CutStream(sys.stdout)
    try:
        with redirect_stdout(cut):
            yield
    finally:
        if cut.cut:
            print(f"\n... and {cut.cut} more characters; is there a print in a loop?")
