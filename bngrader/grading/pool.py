"""Judges many submissions on several processes, and outlives whatever happens to any of them.

The pool hands out submissions and takes in reports; each judge is a process (`judge_process`).
After SLOW_AFTER_S a judge process is given a second submission. A judge process that dies is
replaced, and its submissions are judged again.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.solutions import ROOT
from ..sandbox.tiers import SandboxUnavailableError

MAX_CONCURRENT = 4
"""How many submissions one judge process may have under way, all but one of them slow."""
SLOW_AFTER_S = 0.3
"""Seconds after which a submission keeps no other waiting; most are done in a sixth of it."""
SILENCE_TIMEOUT_S = 300.0
"""Seconds after which a judge process that says nothing is replaced."""
MAX_TRIES = 3
"""How often a submission is given to a judge that fails, and a judge may fail to start."""
MAX_KILLED_STARTS = 60
"""How often a judge may be killed while it starts."""


@dataclass(frozen=True)
class Settings:
    """What every judge of a run is given.

    Attributes:
        cache_dir: the folder for what is known of mistakes, None to find it out again.
        tier: how learners' code is confined, None for the best that holds.
        limits: seconds for one call and for one submission, None for the usual ones.
        device: where learners' code computes in the units that can, "cpu" or "cuda".
    """

    secret: bytes
    cache_dir: Path | None = None
    tier: str | None = None
    limits: tuple[float, float] | None = None
    device: str = "cpu"

    @property
    def max_concurrent(self) -> int:
        """Submissions that one judge process judges at a time; on a GPU, one."""
        return MAX_CONCURRENT if self.device == "cpu" else 1

    def as_json(self) -> dict[str, Any]:
        """As a judge process reads it."""
        return {
            "secret": self.secret.hex(),
            "cache_dir": str(self.cache_dir.absolute()) if self.cache_dir else None,
            "tier": self.tier,
            "limits": self.limits,
            "max_concurrent": self.max_concurrent,
            "device": self.device,
        }


@dataclass(frozen=True)
class Job:
    """One submission as it travels: the text of its module, or why there is none."""

    learner: str
    unit: str
    source: str | None
    problem: str = ""


@dataclass(frozen=True)
class Judged:
    """A report as plain data, and the tier that the learner's code was confined in."""

    report: dict[str, Any]
    tier: str


@dataclass(frozen=True)
class Unjudged:
    """What kept the grader, not the learner, from judging a submission; one sentence."""

    reason: str


Result = tuple[Job, Judged | Unjudged]
"""A submission and what came of it."""


@dataclass
class _Pending:
    job: Job
    tries: int = 0
    since: float = 0.0


class _JudgeProcess:
    """A judge's process, seen from outside.

    Attributes:
        core: the only processor it uses, None where it may use any.
    """

    def __init__(self, settings: Settings, core: int | None = None):
        self.core, self._max_concurrent = core, settings.max_concurrent
        self.socket, there = socket.socketpair()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the judge process)
        self.tasks: dict[int, _Pending] = {}
        self.tier = ""
        self._buffer = b""
        with there:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bngrader.grading.judge_process", str(there.fileno())],
                pass_fds=[there.fileno()],
                cwd=ROOT,
                env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                start_new_session=True,  # ^C is for the engine, which ends its judge processes
            )
        self.send(settings.as_json() | {"core": core})

    def send(self, row: dict[str, Any]) -> None:
        """Gives the judge process one line; one that is gone is noticed by whoever listens."""
        with suppress(OSError):
            self.socket.sendall(json.dumps(row).encode("ascii") + b"\n")

    def listen(self) -> list[dict[str, Any]] | None:
        """The lines that have come; None where the judge process is gone."""
        try:
            part = self.socket.recv(2**20)
        except OSError:
            part = b""
        if not part:
            return None
        *lines, self._buffer = (self._buffer + part).split(b"\n")
        return [json.loads(line) for line in lines]

    def free(self, now: float) -> bool:
        """Whether it can be given job: it is ready, and all it does is slow."""
        slow = all(now - task.since > SLOW_AFTER_S for task in self.tasks.values())
        return bool(self.tier) and slow and len(self.tasks) < self._max_concurrent

    def close(self) -> str:
        """Ends it; gives the last of what it complained of."""
        self.socket.close()
        self.process.kill()
        self.process.wait()
        with self.errors as errors:
            errors.seek(max(errors.seek(0, os.SEEK_END) - 2000, 0))
            lines = errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""


@dataclass
class JudgePool:
    """Judges on several judge processes. Use as a context manager; several runs may use one.

    Args:
        setting: for every judge.
        count: how many judges; None for one per core.
    """

    settings: Settings
    count: int | None = None
    _processes: list[_JudgeProcess] = field(default_factory=list)
    _starts: int = 0
    _refused: int = 0

    def __enter__(self) -> JudgePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every judge process."""
        while self._processes:
            self._processes.pop().close()

    def run(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Each submission with its report, in the order in which they are done.

        Raises:
            SandboxUnavailableError: where learners' code cannot be confined.
            ValueError: where no judge can be started.
        """
        waiting = deque(_Pending(job) for job in jobs)
        numbers = iter(range(2**63))
        while waiting or any(process.tasks for process in self._processes):
            while waiting and (process := self._free(len(waiting))):
                task = waiting.popleft()
                task.tries, task.since = task.tries + 1, time.monotonic()
                number = next(numbers)
                process.tasks[number] = task
                row = {"unit": task.job.unit, "source": task.job.source}
                process.send({"id": number, "problem": task.job.problem} | row)
            for process, lines in self._listen():
                for line in lines or ():
                    yield from self._take(process, line, waiting)
                if lines is None:
                    yield from self._replace(process, waiting)

    def _free(self, wanted: int) -> _JudgeProcess | None:
        """A judge process that can take work; as many are started as there is job for."""
        while len(self._processes) < min(self.count or cores(), wanted):
            self._processes.append(_JudgeProcess(self.settings, self._core()))
        now = time.monotonic()
        return next((process for process in self._processes if process.free(now)), None)

    def _core(self) -> int | None:
        """A core for one judge process, where there are as many cores as judge processes.

        A judge and its child take turns: on one core the data of the other is still in the cache.
        """
        if (self.count or cores()) != cores():
            return None
        taken = {process.core for process in self._processes}
        return next((core for core in sorted(os.sched_getaffinity(0)) if core not in taken), None)

    def _listen(self) -> list[tuple[_JudgeProcess, list[dict[str, Any]] | None]]:
        """What the judge processes say, at the latest when a submission becomes slow."""
        now = time.monotonic()
        since = [task.since for process in self._processes for task in process.tasks.values()]
        lost = [
            (process, None)
            for process in self._processes
            if any(now - task.since > SILENCE_TIMEOUT_S for task in process.tasks.values())
        ]
        if lost:
            return list(lost)
        wake = min(
            (then + SLOW_AFTER_S - now for then in since if now - then <= SLOW_AFTER_S), default=5.0
        )
        with selectors.DefaultSelector() as selector:
            for process in self._processes:
                selector.register(process.socket, selectors.EVENT_READ, process)
            ready = [key.data for key, _ in selector.select(max(wake, 0.001))]
        return [(process, process.listen()) for process in ready]

    def _take(
        self, process: _JudgeProcess, line: dict[str, Any], waiting: deque[_Pending]
    ) -> Iterator[Result]:
        if "tier" in line:
            process.tier = line["tier"]
            self._starts = self._refused = 0
        elif "refused" in line:
            # A worker that somebody ended while it was tried holds nothing either: try again.
            self._refused += 1
            if self._refused >= MAX_TRIES:
                raise SandboxUnavailableError(line["refused"])
            yield from self._replace(process, waiting)
        else:
            task = process.tasks.pop(line["id"])
            if "report" in line:
                # Where there was no code to run there was nothing to confine.
                tier = process.tier if task.job.source is not None else ""
                yield task.job, Judged(line["report"], tier)
            elif task.tries < MAX_TRIES:
                waiting.appendleft(task)
            else:
                yield task.job, Unjudged(f"the grader failed ({line['error']})")

    def _replace(self, process: _JudgeProcess, waiting: deque[_Pending]) -> Iterator[Result]:
        """Another judge process in its place; what it was doing is done again."""
        self._processes.remove(process)
        with suppress(subprocess.TimeoutExpired):
            process.process.wait(5)  # its socket is closed: it ends, if it has not
        # Who is killed before it is ready says nothing of whether it can start.
        killed = process.process.poll() == -signal.SIGKILL
        complaint = process.close()
        if not process.tier:
            self._starts += 1 if killed else MAX_KILLED_STARTS // MAX_TRIES
        if self._starts >= MAX_KILLED_STARTS:
            raise ValueError(
                f"engine: judge does not start ({complaint or 'it says nothing'}), "
                "expected it to; run `python -m bngrader.grading.judge_process 0` to see why."
            )
        for task in process.tasks.values():
            if task.tries < MAX_TRIES:
                waiting.appendleft(task)
            else:
                why = f": {complaint}" if complaint else ""
                yield task.job, Unjudged(f"its judge ended {MAX_TRIES} times{why}")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
