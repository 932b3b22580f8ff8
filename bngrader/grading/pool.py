"""The judge pool: judges many submissions in several processes, and replaces those that die.

Each judge process (`judge_process.py`) gets one submission at a time. After `SLOW_AFTER_S` it gets
a further one, so that a slow submission does not delay the others. If a judge process dies, another
one takes its place, and its submissions are judged again at the end, one at a time, so that one
that ends its judge process takes no other with it.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..core.errors import GraderError
from ..core.report import Report, from_data
from ..core.solutions import ROOT
from ..sandbox.tiers import SandboxUnavailableError

MAX_CONCURRENT = 4
"""Submissions that one judge process may have under way; all but one of them are slow."""
SLOW_AFTER_S = 0.3
"""Seconds after which a submission counts as slow; most take a sixth of this."""
SILENCE_TIMEOUT_S = 300.0
"""Seconds after which a judge process that does not answer is replaced. A submission has a deadline
of its own, so this only happens if a judge process hangs."""
MAX_WAIT_S = 5.0
"""Seconds between two looks for silent judge processes."""
EXIT_TIMEOUT_S = 5.0
"""Seconds that a judge process has to end after its socket is closed."""
MAX_TRIES = 3
"""How often a submission is given to a judge process, and how often a start may fail."""
MAX_KILLED_STARTS = 60
"""How often a judge process may be killed while it starts."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What every judge process of a run is given.

    Attributes:
        secret: the course secret.
        cache_dir: the folder of the mistake cache; None computes it in each process.
        tier: the tier of the sandbox, None for the best that holds. The pool probes it once.
        limits: seconds for one call and for one submission, None for the defaults.
        device: where learners' code runs in the units that run on a GPU, "cpu" or "cuda".
        private: files and folders that learners' code must not be able to read.
    """

    secret: bytes
    cache_dir: Path | None = None
    tier: str | None = None
    limits: tuple[float, float] | None = None
    device: str = "cpu"
    private: tuple[Path, ...] = ()

    @property
    def max_concurrent(self) -> int:
        """Submissions that one judge process judges at a time; on a GPU, one."""
        return MAX_CONCURRENT if self.device == "cpu" else 1

    def probed(self) -> Settings:
        """Return the same settings with a tier that was probed on this machine.

        Raises:
            SandboxUnavailableError: the tier that was asked for does not hold, or none does.
        """
        tier = choose_tier(self.tier, self.device, self.private)
        if self.device != "cpu":  # the units that stay on the CPU run in the same tier
            choose_tier(tier, "cpu", self.private)
        log.info("sandbox: the tier is %s on %s", tier, self.device)
        return replace(self, tier=tier)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as a judge process reads them."""
        return {
            "secret": self.secret.hex(),
            "cache_dir": str(self.cache_dir.absolute()) if self.cache_dir else None,
            "tier": self.tier,
            "limits": self.limits,
            "max_concurrent": self.max_concurrent,
            "device": self.device,
            "private": [str(path.absolute()) for path in self.private],
        }


@dataclass(frozen=True)
class Job:
    """A submission to judge: the text of its module, or the reason why there is none."""

    learner: str
    unit: str
    source: str | None
    problem: str = ""


Result = tuple[Job, Report]
"""A submission and the report on it, whose status is `NOT_JUDGED` if the grader failed."""


@dataclass
class _Pending:
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
        self.pending: dict[int, _Pending] = {}
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


@dataclass
class JudgePool:
    """A pool of judge processes. Use as a context manager; several runs may use it in turn.

    Args:
        settings: what each judge process is given. The tier is probed before the first one starts.
        count: number of judge processes; None for one per core.
        start: starts a judge process; tests replace it.
    """

    settings: Settings
    count: int | None = None
    start: Callable[[Settings, int | None], JudgeProcess] = JudgeProcess
    _processes: list[JudgeProcess] = field(default_factory=list)
    _probed: bool = False
    _failed_starts: int = 0
    _refusals: int = 0

    def __enter__(self) -> JudgePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all judge processes."""
        while self._processes:
            self._processes.pop().close()

    def run(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Yield each submission with its report, in the order in which they are finished.

        Raises:
            SandboxUnavailableError: learners' code cannot be confined.
            GraderError: no judge process can be started.
        """
        waiting = deque(_Pending(job) for job in jobs)
        numbers = iter(range(2**63))
        while waiting or any(process.pending for process in self._processes):
            while waiting and (process := self._free(waiting)):
                each = waiting.popleft()
                each.tries, each.since = each.tries + 1, time.monotonic()
                number = next(numbers)
                process.pending[number] = each
                row = {"unit": each.job.unit, "source": each.job.source}
                process.send({"id": number, "problem": each.job.problem} | row)
            for process, lines in self._receive():
                for line in lines or ():
                    yield from self._take(process, line, waiting)
                if lines is None:
                    yield from self._replace(process, waiting)

    def _free(self, waiting: deque[_Pending]) -> JudgeProcess | None:
        """Return a judge process that takes the next submission, if there is one.

        As many are started as the submissions that wait want.
        """
        if not self._probed:
            self.settings, self._probed = self.settings.probed(), True
        while len(self._processes) < min(self.count or cores(), len(waiting)):
            self._processes.append(self.start(self.settings, self._core()))
        now = time.monotonic()
        alone = waiting[0].alone
        return next((process for process in self._processes if process.is_free(now, alone)), None)

    def _core(self) -> int | None:
        """Return a core for a new judge process if there are as many of them as cores.

        A judge and its child run in turn, so on one core they share the cache.
        """
        if (self.count or cores()) != cores():
            return None
        taken = {process.core for process in self._processes}
        return next((core for core in sorted(os.sched_getaffinity(0)) if core not in taken), None)

    def _receive(self) -> list[tuple[JudgeProcess, list[dict[str, Any]] | None]]:
        """Wait for lines, at most until a submission becomes slow; None marks a dead process."""
        now = time.monotonic()
        since = [each.since for process in self._processes for each in process.pending.values()]
        silent = [
            (process, None)
            for process in self._processes
            if any(now - each.since > SILENCE_TIMEOUT_S for each in process.pending.values())
        ]
        if silent:
            return list(silent)
        wake = min(
            (then + SLOW_AFTER_S - now for then in since if now - then <= SLOW_AFTER_S),
            default=MAX_WAIT_S,
        )
        with selectors.DefaultSelector() as selector:
            for process in self._processes:
                selector.register(process.socket, selectors.EVENT_READ, process)
            ready = [key.data for key, _ in selector.select(max(wake, 0.001))]
        return [(process, process.receive()) for process in ready]

    def _take(
        self, process: JudgeProcess, line: dict[str, Any], waiting: deque[_Pending]
    ) -> Iterator[Result]:
        """Handle one line of a judge process."""
        if "ready" in line:
            process.ready = True
            self._failed_starts = self._refusals = 0
        elif "refused" in line:
            # The tier held when it was probed; its worker may have been killed meanwhile.
            self._refusals += 1
            if self._refusals >= MAX_TRIES:
                raise SandboxUnavailableError(line["refused"])
            yield from self._replace(process, waiting)
        else:
            each = process.pending.pop(line["id"])
            if "report" in line:
                yield each.job, from_data(Report, line["report"])
            elif each.tries < MAX_TRIES:
                waiting.appendleft(each)
            else:
                yield each.job, _failed(each.job, f"the grader failed ({line['error']})")

    def _replace(self, process: JudgeProcess, waiting: deque[_Pending]) -> Iterator[Result]:
        """Remove a judge process and queue its submissions again, at the end and each alone."""
        self._processes.remove(process)
        killed = process.wait()
        complaint = process.close()
        log.info("a judge process ended and is replaced: %s", complaint or "no message")
        if not process.ready:
            # A process that was killed while it started could perhaps have started.
            self._failed_starts += 1 if killed else MAX_KILLED_STARTS // MAX_TRIES
        if self._failed_starts >= MAX_KILLED_STARTS:
            raise GraderError(
                f"grade: no judge process starts ({complaint or 'without a message'}); "
                "run `python -m bngrader.grading.judge_process 0` to see the reason."
            )
        for each in process.pending.values():
            each.alone = True
            if each.tries < MAX_TRIES:
                waiting.append(each)
            else:
                why = f": {complaint}" if complaint else ""
                yield each.job, _failed(each.job, f"its judge process ended {MAX_TRIES} times{why}")


def _failed(job: Job, reason: str) -> Report:
    return Report.not_judged(job.unit, f"{reason}.")


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


def choose_tier(wanted: str | None, device: str = "cpu", private: Sequence[Path] = ()) -> str:
    """Return the tier that was asked for, or the strongest that holds, after probing it.

    Args:
        wanted: a tier, or None for the strongest that holds.
        device: the device of the run, "cpu" or "cuda".
        private: files and folders that no child may read, such as the solutions and the course.

    Raises:
        SandboxUnavailableError: the wanted tier does not hold, or no tier does.
        DeviceUnavailableError: no confined child computes on the device.
    """
    from ..sandbox import choose  # imports NumPy and torch, which a finished run does not need

    try:
        return choose.choose_tier(wanted, device, private).tier
    finally:
        choose.close_spare_workers()  # judge processes start workers of their own
