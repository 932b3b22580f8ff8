"""The client of the worker: starts its fork server, asks for children, exchanges frames with them.

The worker is the program `python -m bngrader.worker`; `worker/forkserver.py` has its theory of
operation. This side never sees what a request means: it sends data and gets data.
"""

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
from enum import Enum
from pathlib import Path
from typing import Any

from bnlab.kit.testing.properties import NoResultError

from ..remote import framing, wire
from .extension import CpuTimes, Extension
from .limits import DEVICE_TIMEOUT_S, START_TIMEOUT_S, Budget, Limits

_ROOT = str(Path(__file__).resolve().parents[2])
WORKER = (
    "-c",
    f"import sys; sys.path.append({_ROOT!r}); from bngrader.worker.forkserver import main; "
    "sys.path.pop(); main()",
)
"""The program of the worker, also where `bngrader` is a folder and not installed. Children do not
find the folder: it holds the solutions."""


class DeathReason(Enum):
    """Why a child has ended."""

    CALL_DEADLINE = "a call exceeded its deadline"
    SUBMISSION_DEADLINE = "the submission exceeded its deadline"
    ENDED = "the process ended by itself"
    PROTOCOL = "the reply was no allowed frame"
    KILLED = "the judge ended it"


class ChildDiedError(NoResultError):
    """The error for a request to a child that has ended, or ended during the request.

    Attributes:
        reason: why.
    """

    def __init__(self, reason: DeathReason, text: str):
        super().__init__(text)
        self.reason = reason


class WorkerKilledError(RuntimeError):
    """The error for a worker that was killed while it started.

    A person or the out-of-memory killer did that, so it is no evidence against the tier.
    """


_CUDA_ENVIRONMENT = {
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # deterministic results, according to cuBLAS
    "NVIDIA_TF32_OVERRIDE": "0",  # no TF32, whatever a library would choose
    "CUDA_CACHE_DISABLE": "1",  # no compiled kernel is left for the next child
}
_INHERITED_FOR_CUDA = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")


def _environment(device: str) -> dict[str, str]:
    """Return the environment of a worker: nothing of the teacher's but the settings of a GPU.

    One thread and a fixed order of sets make the results reproducible.
    """
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8"}
    environment |= {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    if device == "cpu":
        return environment | {"CUDA_VISIBLE_DEVICES": ""}
    inherited = {name: os.environ[name] for name in _INHERITED_FOR_CUDA if name in os.environ}
    return environment | _CUDA_ENVIRONMENT | inherited


class Worker:
    """A fork server in one tier, whose children compute on one device with one library.

    Attributes:
        mechanisms: the mechanisms in force, in words.

    Raises:
        WorkerKilledError: if it is killed while it starts.
        RuntimeError: if it does not start; the message says why.
    """

    def __init__(self, tier: str, device: str = "cpu", library: str = "torch"):
        self.tier, self.device, self.library = tier, device, library
        self._folder = tempfile.TemporaryDirectory(prefix="bngrader-")
        # A worker started by root drops to another user, who must be able to enter the folder.
        os.chmod(self._folder.name, 0o755)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", *WORKER, str(theirs.fileno()), tier, device, library],
                pass_fds=[theirs.fileno()],
                cwd=self._folder.name,
                env=_environment(device),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self.mechanisms = self._wait_for_start()
        except RuntimeError as error:
            killed = self._was_killed()
            self.close()
            if killed:
                raise WorkerKilledError(str(error)) from None
            raise

    def _wait_for_start(self) -> list[str]:
        """Return the mechanisms that the worker reports when it is warm."""
        try:
            frame = framing.receive(self._control, time.monotonic() + START_TIMEOUT_S)
        except (framing.DeadlineExceededError, framing.ConnectionClosedError):
            words = ("-m bngrader.worker 0", self.tier, self.device, self.library)
            command = " ".join((Path(sys.executable).name, *words))
            text = f"sandbox: the worker did not start; run `{command}` to see why."
            raise RuntimeError(text) from None
        self._control.settimeout(None)
        started = json.loads(frame)  # written by our own code: no submission is loaded yet
        if "problem" in started:
            raise RuntimeError(str(started["problem"]))
        return [str(each) for each in started["mechanisms"]]

    def _was_killed(self) -> bool:
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        # With namespaces, this process waits for the fork server and exits with its status.
        return status in (-signal.SIGKILL, -signal.SIGKILL & 255)

    def fork(self, limits: Limits, use_device: bool = False, budget: Budget | None = None) -> Child:
        """Return a fresh child.

        Args:
            limits: its deadlines.
            budget: the time that is left for its submission; None for a submission of its own.
            use_device: whether it initialises the device of the worker first; see
                `Child.wait_until_ready`.

        Raises:
            RuntimeError: if the worker is gone.
        """
        initialise = use_device and self.device != "cpu"
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"d" if initialise else b"f"], [theirs.fileno()])
            message, fds, _, _ = socket.recv_fds(self._control, 1, 1)
        except OSError:
            message, fds = b"", []
        if not message or not fds:
            ours.close()
            raise RuntimeError("sandbox: the worker is gone; run the command again.")
        return Child(ours, fds[0], limits, budget, ready=not initialise)

    def close(self) -> None:
        """End the worker and all its children, and remove its folder."""
        self._control.close()  # the fork server ends when this connection does
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class Child:
    """The process of one submission, reached by frames only.

    Args:
        sock: the connection to the child.
        pidfd: a descriptor of the process.
        limits: its deadlines.
        budget: the time that is left for its submission.
        ready: whether the child serves requests at once; else call `wait_until_ready` first.
    """

    def __init__(
        self,
        sock: socket.socket,
        pidfd: int,
        limits: Limits,
        budget: Budget | None = None,
        ready: bool = True,
    ):
        self._sock, self._pidfd, self._limits, self._ready = sock, pidfd, limits, ready
        self._budget = budget or Budget(limits.submission_s)
        self._times = CpuTimes(pidfd)
        self._death: tuple[DeathReason, str] | None = None

    def wait_until_ready(self) -> None:
        """Wait until the child has initialised its device; no deadline counts until then.

        Raises:
            RuntimeError: if it cannot compute there, which is no fault of the learner.
        """
        if self._ready:
            return
        try:
            frame = framing.receive(self._sock, time.monotonic() + DEVICE_TIMEOUT_S)
            problem = wire.decode(frame)
        except framing.RemoteError as error:
            problem = f"{type(error).__name__} {error}".strip()
        if problem:
            raise RuntimeError(f"sandbox: device is not ready ({problem}).")
        self._ready = True

    def ask(self, request: Any) -> Any:
        """Send a request and return the reply, both as data that `wire` encodes.

        Raises:
            ChildDiedError: if the child ended, exceeded a deadline or broke the format, during
                this request or earlier.
            WireError: if the request cannot be encoded, which is a bug in the hidden test.
        """
        if self._death is not None:
            raise ChildDiedError(*self._death)
        frame = wire.encode(request)
        with self._budget.spending():
            return self._exchange(frame)

    def _exchange(self, frame: bytes) -> Any:
        now, whole = time.monotonic(), self._budget.left < self._limits.call_s
        deadline = now + min(self._limits.call_s, self._budget.left)
        try:
            self._sock.settimeout(max(deadline - now, 0.001))
            more = Extension(self._times.read, self._limits.call_s, deadline)
            framing.send(self._sock, frame)
            reply = framing.receive(self._sock, deadline, more)
            return wire.decode(reply)
        except framing.DeadlineExceededError:
            if whole:
                reason, subject = DeathReason.SUBMISSION_DEADLINE, "the whole submission"
                limit = self._limits.submission_s
            else:
                reason, subject = DeathReason.CALL_DEADLINE, "one call"
                limit = self._limits.call_s
            text = f"{subject} took longer than {limit:g} s"
        except framing.ConnectionClosedError:
            reason = DeathReason.ENDED
            text = "the process ended by itself (a crash, or too much memory)"
        except framing.WireError:
            reason, text = DeathReason.PROTOCOL, "the result was too large or not data"
        self._death = reason, text
        self.kill()
        raise ChildDiedError(reason, text)

    def kill(self) -> None:
        """End the child; a second call does nothing."""
        if self._pidfd < 0:
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        self._pidfd = -1
        self._times.close()
        self._sock.close()
        self._death = self._death or (DeathReason.KILLED, "the process was ended")
