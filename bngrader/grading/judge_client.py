"""The client of a judge process: starts it, gives it submissions, reads its lines."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..core.solutions import ROOT
from .jobs import Job, Settings

SLOW_AFTER_S = 0.3
"""Seconds after which a submission counts as slow; most take a sixth of this."""
EXIT_TIMEOUT_S = 5.0
"""Seconds that a judge process has to end after its socket is closed."""


@dataclass
class Pending:
    """A submission that is not judged yet.

    Attributes:
        tries: how often it was given to a judge process.
        since: the time at which it was given to the present one.
        alone: whether it gets a judge process that has no other submission, because one died.
    """

    job: Job
    tries: int = 0
    since: float = 0.0
    alone: bool = False


class JudgeProcess:
    """A judge process, as the pool sees it.

    Attributes:
        core: the only core that it uses, None if it may use all.
        pending: the submissions that it has, by number.
        ready: whether it has started and takes submissions.
    """

    def __init__(self, settings: Settings, core: int | None = None):
        self.core, self.ready = core, False
        self.pending: dict[int, Pending] = {}
        self._max_concurrent = settings.max_concurrent
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        self._buffer = b""
        self.socket, there = socket.socketpair()
        with there:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bngrader.grading.judge_process", str(there.fileno())],
                pass_fds=[there.fileno()],
                cwd=ROOT,
                env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,  # ^C reaches the controller only, which closes the pool
            )
        self.send(settings.as_json() | {"core": core})

    def send(self, row: dict[str, Any]) -> None:
        """Send one line. A process that is dead is noticed by `receive`."""
        with suppress(OSError):
            self.socket.sendall(json.dumps(row).encode("ascii") + b"\n")

    def receive(self) -> list[dict[str, Any]] | None:
        """Return the lines that have arrived; None if the process is dead."""
        try:
            part = self.socket.recv(2**20)
        except OSError:
            part = b""
        if not part:
            return None
        *lines, self._buffer = (self._buffer + part).split(b"\n")
        return [json.loads(line) for line in lines]

    def is_free(self, now: float, alone: bool = False) -> bool:
        """Return whether it takes a submission: it is ready, and all that it has are slow.

        Args:
            now: the time.
            alone: whether the submission must be the only one.
        """
        if alone or any(each.alone for each in self.pending.values()):
            return self.ready and not self.pending
        slow = all(now - each.since > SLOW_AFTER_S for each in self.pending.values())
        return self.ready and slow and len(self.pending) < self._max_concurrent

    def wait(self) -> bool:
        """Give a dying process time to end; return whether it was killed from outside."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(EXIT_TIMEOUT_S)
        return self.process.poll() == -signal.SIGKILL

    def close(self) -> str:
        """End the process and return the last line of its standard error."""
        self.socket.close()
        self.process.kill()
        self.process.wait()
        with self._errors as errors:
            errors.seek(max(errors.seek(0, os.SEEK_END) - 2000, 0))
            lines = errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
