"""A sentence for whoever waits while torch is imported: the first time takes seconds."""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SLOW_S = 1.5
"""Seconds after which an import says what it waits for."""

NOTICE = "importing torch; the first time takes a while"


@contextmanager
def announcing_torch(seconds: float = SLOW_S) -> Iterator[None]:
    """Print a sentence if the block takes long and torch had not been imported before it.

    It goes to the output of the cell in a notebook, and to standard error in a terminal; a pipe or
    a file gets nothing.

    Args:
        seconds: how long the block may take without a sentence.
    """
    in_notebook = hasattr(builtins, "get_ipython")
    if "torch" in sys.modules or not (in_notebook or sys.stderr.isatty()):
        yield
        return
    stream = sys.stdout if in_notebook else sys.stderr
    timer = threading.Timer(seconds, print, (NOTICE,), {"file": stream, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
