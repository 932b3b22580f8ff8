"""Judges many submissions on several processes, and outlives whatever happens to any of them.

The engine only hands out work and takes in reports; the judges sit in processes of their own
(`seat`). A submission that has been under way for a second no longer counts: its seat is given
another one beside it. A seat that dies is replaced and its work is done again.
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

from ..border.protection import Unprotected
from ..ground.answers import ROOT

BESIDE = 4
"""How many submissions one seat may have under way, all but one of them slow."""
SLOW = 0.3
"""Seconds after which a submission keeps no other waiting; most are done in a sixth of it."""
LOST = 300.0
"""Seconds after which a seat that says nothing is replaced."""
TRIES = 3
"""How often a submission is given to a judge that fails, and a judge may fail to start."""
KILLED = 60
"""How often a judge may be killed while it starts."""


@dataclass(frozen=True)
class Setting:
    """What every judge of a run is given.

    Attributes:
        kept: the folder for what is known of mistakes, None to find it out again.
        tier: how learners' code is confined, None for the best that holds.
        limits: seconds for one call and for one submission, None for the usual ones.
        device: where learners' code computes in the stems that can, "cpu" or "cuda".
    """

    secret: bytes
    kept: Path | None = None
    tier: str | None = None
    limits: tuple[float, float] | None = None
    device: str = "cpu"

    @property
    def beside(self) -> int:
        """How many submissions a seat may have under way; what waits for a GPU is not slow."""
        return BESIDE if self.device == "cpu" else 1

    def as_json(self) -> dict[str, Any]:
        """As a seat reads it."""
        return {
            "secret": self.secret.hex(),
            "kept": str(self.kept.absolute()) if self.kept else None,
            "tier": self.tier,
            "limits": self.limits,
            "beside": self.beside,
            "device": self.device,
        }


@dataclass(frozen=True)
class Work:
    """One submission as it travels: the text of its module, or why there is none."""

    learner: str
    stem: str
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


Result = tuple[Work, Judged | Unjudged]
"""A submission and what came of it."""


@dataclass
class _Task:
    work: Work
    tries: int = 0
    since: float = 0.0


class _Seat:
    """A judge's process, seen from outside.

    Attributes:
        core: the only processor it uses, None where it may use any.
    """

    def __init__(self, setting: Setting, core: int | None = None):
        self.core, self._beside = core, setting.beside
        self.socket, there = socket.socketpair()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the seat)
        self.tasks: dict[int, _Task] = {}
        self.tier = ""
        self._buffer = b""
        with there:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bngrader.classroom.seat", str(there.fileno())],
                pass_fds=[there.fileno()],
                cwd=ROOT,
                env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                start_new_session=True,  # ^C is for the engine, which ends its seats
            )
        self.send(setting.as_json() | {"core": core})

    def send(self, row: dict[str, Any]) -> None:
        """Gives the seat one line; one that is gone is noticed by whoever listens."""
        with suppress(OSError):
            self.socket.sendall(json.dumps(row).encode("ascii") + b"\n")

    def listen(self) -> list[dict[str, Any]] | None:
        """The lines that have come; None where the seat is gone."""
        try:
            part = self.socket.recv(2**20)
        except OSError:
            part = b""
        if not part:
            return None
        *lines, self._buffer = (self._buffer + part).split(b"\n")
        return [json.loads(line) for line in lines]

    def free(self, now: float) -> bool:
        """Whether it can be given work: it is ready, and all it does is slow."""
        slow = all(now - task.since > SLOW for task in self.tasks.values())
        return bool(self.tier) and slow and len(self.tasks) < self._beside

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
class Engine:
    """Judges on several seats. Use as a context manager; several runs may use one.

    Args:
        setting: for every judge.
        count: how many judges; None for one per core.
    """

    setting: Setting
    count: int | None = None
    _seats: list[_Seat] = field(default_factory=list)
    _starts: int = 0
    _refused: int = 0

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every seat."""
        while self._seats:
            self._seats.pop().close()

    def run(self, works: Sequence[Work]) -> Iterator[Result]:
        """Each submission with its report, in the order in which they are done.

        Raises:
            Unprotected: where learners' code cannot be confined.
            ValueError: where no judge can be started.
        """
        waiting = deque(_Task(work) for work in works)
        numbers = iter(range(2**63))
        while waiting or any(seat.tasks for seat in self._seats):
            while waiting and (seat := self._free(len(waiting))):
                task = waiting.popleft()
                task.tries, task.since = task.tries + 1, time.monotonic()
                number = next(numbers)
                seat.tasks[number] = task
                row = {"stem": task.work.stem, "source": task.work.source}
                seat.send({"id": number, "problem": task.work.problem} | row)
            for seat, lines in self._listen():
                for line in lines or ():
                    yield from self._take(seat, line, waiting)
                if lines is None:
                    yield from self._replace(seat, waiting)

    def _free(self, wanted: int) -> _Seat | None:
        """A seat that can take work; as many are started as there is work for."""
        while len(self._seats) < min(self.count or cores(), wanted):
            self._seats.append(_Seat(self.setting, self._core()))
        now = time.monotonic()
        return next((seat for seat in self._seats if seat.free(now)), None)

    def _core(self) -> int | None:
        """A processor for a seat of its own, where there is a seat for each: a judge and its child
        take turns, and on one processor the other's data is still at hand."""
        if (self.count or cores()) != cores():
            return None
        taken = {seat.core for seat in self._seats}
        return next((core for core in sorted(os.sched_getaffinity(0)) if core not in taken), None)

    def _listen(self) -> list[tuple[_Seat, list[dict[str, Any]] | None]]:
        """What the seats say, at the latest when a submission becomes slow."""
        now = time.monotonic()
        since = [task.since for seat in self._seats for task in seat.tasks.values()]
        lost = [
            (seat, None)
            for seat in self._seats
            if any(now - task.since > LOST for task in seat.tasks.values())
        ]
        if lost:
            return list(lost)
        wake = min((then + SLOW - now for then in since if now - then <= SLOW), default=5.0)
        with selectors.DefaultSelector() as selector:
            for seat in self._seats:
                selector.register(seat.socket, selectors.EVENT_READ, seat)
            ready = [key.data for key, _ in selector.select(max(wake, 0.001))]
        return [(seat, seat.listen()) for seat in ready]

    def _take(self, seat: _Seat, line: dict[str, Any], waiting: deque[_Task]) -> Iterator[Result]:
        if "tier" in line:
            seat.tier = line["tier"]
            self._starts = self._refused = 0
        elif "refused" in line:
            # A worker that somebody ended while it was tried holds nothing either: try again.
            self._refused += 1
            if self._refused >= TRIES:
                raise Unprotected(line["refused"])
            yield from self._replace(seat, waiting)
        else:
            task = seat.tasks.pop(line["id"])
            if "report" in line:
                # Where there was no code to run there was nothing to confine.
                tier = seat.tier if task.work.source is not None else ""
                yield task.work, Judged(line["report"], tier)
            elif task.tries < TRIES:
                waiting.appendleft(task)
            else:
                yield task.work, Unjudged(f"the grader failed ({line['error']})")

    def _replace(self, seat: _Seat, waiting: deque[_Task]) -> Iterator[Result]:
        """Another seat in its place; what it was doing is done again."""
        self._seats.remove(seat)
        with suppress(subprocess.TimeoutExpired):
            seat.process.wait(5)  # its socket is closed: it ends, if it has not
        # Who is killed before it is ready says nothing of whether it can start.
        killed = seat.process.poll() == -signal.SIGKILL
        complaint = seat.close()
        if not seat.tier:
            self._starts += 1 if killed else KILLED // TRIES
        if self._starts >= KILLED:
            raise ValueError(
                f"engine: judge does not start ({complaint or 'it says nothing'}), "
                "expected it to; run `python -m bngrader.classroom.seat 0` to see why."
            )
        for task in seat.tasks.values():
            if task.tries < TRIES:
                waiting.appendleft(task)
            else:
                why = f": {complaint}" if complaint else ""
                yield task.work, Unjudged(f"its judge ended {TRIES} times{why}")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
