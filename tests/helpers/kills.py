"""Runs of a function in a process of its own that is killed at its n-th change of a file."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod", "os.truncate"}


def run_and_kill(function: Callable[[], object], root: Path, at: int = 0) -> int:
    """Runs a function in a fork; returns how many changes of files below `root` it made.

    Args:
        at: the number of the change before which it is killed with SIGKILL; 0 for none.
    """
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        seen = 0

        def watch(event: str, args: tuple[object, ...]) -> None:
            nonlocal seen
            if event == "open":
                flags = args[2] if isinstance(args[2], int) else 0
                wrote = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            else:
                wrote = event in CHANGES
            if wrote and str(args[0]).startswith(str(root)):
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        code = 1
        try:
            function()
            code = 0
        finally:
            os.write(into, str(seen).encode())
            os._exit(code)
    os.close(into)
    with os.fdopen(out, "rb") as reader:
        said = reader.read()
    _, status = os.waitpid(child, 0)
    if at:
        assert os.WIFSIGNALED(status), status
        return at
    assert os.waitstatus_to_exitcode(status) == 0
    return int(said)
