"""The judge pool: judges many submissions in several processes, and replaces those that die.

Each judge process (`judge_process.py`) gets one submission at a time, and a further one while all
that it has are slow, so that a slow submission does not delay the others. If a judge process dies,
another one takes its place, and its submissions are judged again at the end, one at a time, so that
one that ends its judge process takes no other with it.
"""

from __future__ import annotations

import logging
import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import GraderError
from ..core.report import Report, from_data
from ..sandbox.tiers import SandboxUnavailableError
from . import judge_client
from .jobs import Job, Result, Settings, cores
from .judge_client import JudgeProcess, Pending

SILENCE_TIMEOUT_S = 300.0
"""Seconds after which a judge process that does not answer is replaced. A submission has a deadline
of its own, so this only happens if a judge process hangs."""
MAX_WAIT_S = 5.0
"""Seconds between two looks for silent judge processes."""
MAX_TRIES = 3
"""How often a submission is given to a judge process, and how often a start may fail."""
MAX_KILLED_STARTS = 60
"""How often a judge process may be killed while it starts."""

log = logging.getLogger(__name__)


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
        waiting = deque(Pending(job) for job in jobs)
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

    def _free(self, waiting: deque[Pending]) -> JudgeProcess | None:
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
        slow = judge_client.SLOW_AFTER_S
        wake = min(
            (then + slow - now for then in since if now - then <= slow),
            default=MAX_WAIT_S,
        )
        with selectors.DefaultSelector() as selector:
            for process in self._processes:
                selector.register(process.socket, selectors.EVENT_READ, process)
            ready = [key.data for key, _ in selector.select(max(wake, 0.001))]
        return [(process, process.receive()) for process in ready]

    def _take(
        self, process: JudgeProcess, line: dict[str, Any], waiting: deque[Pending]
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

    def _replace(self, process: JudgeProcess, waiting: deque[Pending]) -> Iterator[Result]:
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
