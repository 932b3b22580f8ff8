"""Starts the untrusted side, gives each submission a child of its own, and ends it in time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnlab.kit.properties import NoAnswer

from . import wire

WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True)
class Limits:
    """How long the learner's code may take, in seconds of the wall clock."""

    call: float = 4.0
    submission: float = 40.0


class Gone(NoAnswer):
    """The child ended: out of time, or by itself. `reason` says which, in words."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Sandbox:
    """One warm worker. Use as a context manager; `child()` gives a fresh process in milliseconds.

    Args:
        limits: the deadlines of each child.
    """

    def __init__(self, limits: Limits | None = None):
        self.limits = limits or Limits()
        self._folder = tempfile.TemporaryDirectory(prefix="bngrader-")
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker and removes its folder."""
        if self._process is not None and self._control is not None:
            self._control.close()
            self._process.kill()
            self._process.wait()
            self._process = self._control = None
        self._folder.cleanup()

    def _start(self) -> socket.socket:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(WORKER), str(there.fileno())],
                pass_fds=[there.fileno()],
                cwd=self._folder.name,
                # Nothing of the teacher's environment; one thread, so that a grade is a function.
                env={"PATH": "/usr/bin:/bin", "HOME": self._folder.name, "LC_ALL": "C.UTF-8"}
                | {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
                | {"CUDA_VISIBLE_DEVICES": ""},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = here
        return here

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A fresh child for one submission; it is dead when the block ends."""
        child = self._fork()
        try:
            yield child
        finally:
            child.kill()

    def _fork(self) -> Child:
        control = self._control or self._start()
        here, there = socket.socketpair()
        try:
            with there:
                socket.send_fds(control, [b"f"], [there.fileno()])
            message, fds, _, _ = socket.recv_fds(control, 1, 1)
        except OSError:
            message, fds = b"", []
        if not message or not fds:
            here.close()
            raise RuntimeError(
                "sandbox: worker is gone, expected it to start; "
                f"run `{Path(sys.executable).name} -I bngrader/worker.py 0` to see why."
            )
        return Child(here, fds[0], self.limits)


class Child:
    """The process of one submission, reached by frames only."""

    def __init__(self, sock: socket.socket, pidfd: int, limits: Limits):
        self._sock, self._pidfd, self._limits = sock, pidfd, limits
        self._end = time.monotonic() + limits.submission
        self._reason: str | None = None

    def ask(self, request: dict[str, Any]) -> Any:
        """The decoded reply to one request.

        Raises:
            Gone: where the child died, ran out of time or broke the protocol, now or before.
        """
        if self._reason is not None:
            raise Gone(self._reason)
        frame = wire.encode(request)  # what cannot cross here is the test's fault, and rises
        now = time.monotonic()
        deadline = min(now + self._limits.call, self._end)
        try:
            self._sock.settimeout(max(deadline - now, 0.001))
            wire.send(self._sock, frame)
            return wire.decode(wire.receive(self._sock, deadline))
        except wire.Late:
            whole = deadline >= self._end
            limit = self._limits.submission if whole else self._limits.call
            subject = "the whole submission" if whole else "one call"
            self._fail(f"{subject} took longer than {limit:g} s")
        except wire.Closed:
            self._fail("the process ended by itself (a crash, or too much memory)")
        except wire.WireError:
            self._fail("the result was too large or not data")
        raise Gone(self._reason or "")

    def _fail(self, reason: str) -> None:
        self._reason = reason
        self.kill()

    def kill(self) -> None:
        """Ends the child; calling it again does nothing."""
        if self._pidfd < 0:
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        self._pidfd = -1
        self._sock.close()
        self._reason = self._reason or "the process was ended"
