"""The processes on the untrusted side, from outside: a warm worker, and the children it gives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bnlab.kit.testing.properties import NoResultError

from ..remote import wire

WORKER = ("-m", "bngrader.worker.forkserver")
START_TIMEOUT_S = 120.0
"""How long a worker may take to import torch, in seconds; a busy machine needs twenty."""
DEVICE_TIMEOUT_S = 60.0
"""How long a child may take to get ready on a GPU; a machine with many needs seconds for each."""
MIN_CPU_SHARE, MAX_STRETCH = 0.25, 8.0
"""A deadline ends a child that has had a processor for this share of the limit of a call, and any
child after so many times the limit: on a crowded machine right code has the time that it needs."""


@dataclass(frozen=True)
class Limits:
    """How long the learner's code may take, in seconds of the wall clock."""

    call_s: float = 4.0
    submission_s: float = 40.0


class ChildDiedError(NoResultError):
    """The child ended: out of time, or by itself. `reason` says which, in words."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class WorkerKilledError(RuntimeError):
    """A worker was killed before it was ready, by a person or for want of memory: that says
    nothing of its tier."""


_CUDA = {
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # the same sums in the same order, says its manual
    "NVIDIA_TF32_OVERRIDE": "0",  # float32 is float32, whatever a library would choose
    "CUDA_CACHE_DISABLE": "1",  # nothing is compiled for the next child
}
_OF_THE_TEACHER = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
"""Which GPU, and where its driver's libraries are."""


def _environment(device: str) -> dict[str, str]:
    """Nothing of the teacher's but what a GPU needs; one thread, and sets in one order, so that a
    grade is a function."""
    plain = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    plain |= {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    if device == "cpu":
        return plain | {"CUDA_VISIBLE_DEVICES": ""}
    return plain | _CUDA | {k: os.environ[k] for k in _OF_THE_TEACHER if k in os.environ}


class Worker:
    """The fork server's process under one tier, whose children compute on a device.

    Raises:
        RuntimeError: where it does not start or is gone; the message says why.
    """

    def __init__(self, tier: str, device: str = "cpu"):
        self.tier, self.device = tier, device
        self._folder = tempfile.TemporaryDirectory(prefix="bngrader-")
        os.chmod(self._folder.name, 0o755)  # a worker that was root is nobody
        self._control, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", *WORKER, str(there.fileno()), tier, device],
                pass_fds=[there.fileno()],
                cwd=self._folder.name,
                env=_environment(device),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self.mechanisms = self._begin()
        except RuntimeError as error:
            killed = self._was_killed()
            self.close()
            if killed:
                raise WorkerKilledError(str(error)) from None
            raise

    def _begin(self) -> list[str]:
        """What the worker says of itself when it is warm."""
        try:
            frame = wire.receive(self._control, time.monotonic() + START_TIMEOUT_S)
        except (wire.DeadlineExceededError, wire.ConnectionClosedError):
            raise RuntimeError(
                "sandbox: worker is gone, expected it to start; "
                f"run `{Path(sys.executable).name} -m bngrader.worker.forkserver 0 {self.tier}` "
                "to see why."
            ) from None
        self._control.settimeout(None)
        begun = json.loads(frame)  # of our own code: no learner's is there yet
        if "problem" in begun:
            raise RuntimeError(str(begun["problem"]))
        return [str(layer) for layer in begun["mechanisms"]]

    def _was_killed(self) -> bool:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        # With namespaces the process that waits for the worker ends as it ended.
        return status in (-signal.SIGKILL, -signal.SIGKILL & 255)

    def fork(self, limits: Limits) -> Child:
        """A fresh child."""
        here, there = socket.socketpair()
        try:
            with there:
                socket.send_fds(self._control, [b"f"], [there.fileno()])
            message, fds, _, _ = socket.recv_fds(self._control, 1, 1)
        except OSError:
            message, fds = b"", []
        if not message or not fds:
            here.close()
            raise RuntimeError("sandbox: worker is gone, expected it to give a child.")
        return Child(here, fds[0], limits)

    def close(self) -> None:
        """Ends the worker and all its children, and removes its folder."""
        self._control.close()  # at which it ends by itself
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class Child:
    """The process of one submission, reached by frames only."""

    def __init__(self, sock: socket.socket, pidfd: int, limits: Limits):
        self._sock, self._pidfd, self._limits = sock, pidfd, limits
        self._end = time.monotonic() + limits.submission_s
        self._reason: str | None = None

    def begin(self) -> None:
        """Makes the child ready on its device; from now on its time counts.

        Raises:
            RuntimeError: where it does not get ready, which is no fault of the learner's.
        """
        usual, self._limits = self._limits, Limits(DEVICE_TIMEOUT_S, DEVICE_TIMEOUT_S)
        self._end = time.monotonic() + DEVICE_TIMEOUT_S
        try:
            reply = self.ask({"verb": "begin", "with": {}})
        except ChildDiedError as gone:
            raise RuntimeError(f"sandbox: device is not ready ({gone.reason}).") from None
        if not isinstance(reply, dict) or "error" in reply:
            raise RuntimeError("sandbox: device is not ready, expected it to compute.")
        self._limits, self._end = usual, time.monotonic() + usual.submission_s

    def ask(self, request: dict[str, Any]) -> Any:
        """The decoded reply to one request.

        Raises:
            ChildDiedError: the child died, ran out of time or broke the protocol, now or before.
        """
        if self._reason is not None:
            raise ChildDiedError(self._reason)
        frame = wire.encode(request)  # what cannot cross here is the test's fault, and rises
        now = time.monotonic()
        deadline = min(now + self._limits.call_s, self._end)
        try:
            self._sock.settimeout(max(deadline - now, 0.001))
            wire.send(self._sock, frame)
            cap, seen = deadline + MAX_STRETCH * self._limits.call_s, list[float]()
            return wire.decode(wire.receive(self._sock, deadline, lambda: self._grace(cap, seen)))
        except wire.DeadlineExceededError:
            whole = deadline >= self._end
            limit = self._limits.submission_s if whole else self._limits.call_s
            subject = "the whole submission" if whole else "one call"
            self._fail(f"{subject} took longer than {limit:g} s")
        except wire.ConnectionClosedError:
            self._fail("the process ended by itself (a crash, or too much memory)")
        except wire.WireError:
            self._fail("the result was too large or not data")
        raise ChildDiedError(self._reason or "")

    def _grace(self, cap: float, seen: list[float]) -> float:
        """Seconds to wait on where others kept the child from running: a clock must not cost marks.

        A child that was left to run, that sleeps, or that has had its fair share, has had its
        time.
        """
        fair = MIN_CPU_SHARE * self._limits.call_s
        ran, waited = self._times()
        seen.append(ran + waited)
        asleep = len(seen) > 1 and seen[-1] - seen[-2] < 0.05
        if asleep or not ran < fair < ran + waited:
            return 0.0
        return min(cap - time.monotonic(), 0.2)

    def _times(self) -> tuple[float, float]:
        """Seconds in which the child ran, and in which it waited for a processor."""
        try:
            fields = Path(f"/proc/self/fdinfo/{self._pidfd}").read_text().split()
            pid = fields[fields.index("Pid:") + 1]
            # Documentation/scheduler/sched-stats.rst: /proc/<pid>/schedstat, in nanoseconds.
            ran, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
        except (OSError, ValueError):
            return 0.0, 0.0
        return int(ran) / 1e9, int(waited) / 1e9

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
