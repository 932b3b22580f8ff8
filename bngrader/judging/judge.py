"""Runs the hidden tests of a stem against a submission and says what was seen.

A grade is a function of the submission, this code and the course secret: inputs are drawn from
seeds made of them, and nothing else decides. Each submission has hidden inputs of its own, so one
learner's inputs are of no use to another, nor to the same learner's next try.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch

from bnlab.kit.tasks import stem as find_stem
from bnlab.kit.testing.properties import Outcome, Property

from ..border.protection import TIERS
from ..border.sandbox import Limits, Sandbox
from ..ground import answers
from ..ground.device import device_of
from ..ground.model import Report, Suspect, TaskReport, Verdict
from .bank import Bank, Known
from .diagnosis import diagnose
from .reading import remarks
from .run import Run

TRIES = 4
"""How often a submission whose process ends by itself is judged, until two runs agree."""


class Judge:
    """Grades submissions; several threads may use one. Use as a context manager.

    Args:
        secret: the course's secret, from which hidden inputs are drawn.
        limits: deadlines for the learner's code.
        tier: how the learner's code is confined, a name in `protection.TIERS`; None takes the best
            that holds here, and never "none".
        kept: the folder that keeps what is known of mistakes; None keeps it for this judge.
        device: where learners' code computes in the stems that can, "cpu" or "cuda". Truth is
            computed here, on the CPU, and compared here.

    Raises:
        Unprotected: at the first submission, or the first look at `tier`, where nothing holds.
    """

    def __init__(
        self,
        secret: bytes,
        limits: Limits | None = None,
        tier: str | None = None,
        kept: Path | None = None,
        device: str = "cpu",
    ):
        torch.set_num_threads(1)  # the tensors are tiny, and one thread sums in one order
        self._secret = secret
        self._device, self._sandbox = device, Sandbox(limits, tier)
        # Beside a GPU the stems that stay on the CPU have what they have without one.
        self._sandboxes = {"cpu": self._sandbox}
        if device != "cpu":
            self._sandboxes[device] = Sandbox(limits, tier, device)
        # Tests and torch's state are shared: one thread at a time, but while it waits for a child.
        self._turn = threading.Lock()
        self._banks = {
            each: Bank(secret, kept / each if kept and each != "cpu" else kept)
            for each in self._sandboxes
        }

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers."""
        for each in self._sandboxes.values():
            each.close()

    @property
    def tier(self) -> str:
        """How the learner's code is confined, at least."""
        return max((each.tier for each in self._sandboxes.values()), key=TIERS.index)

    def warm_up(self) -> None:
        """Starts the workers, which the first submission would otherwise wait for.

        For a process that does nothing else: what it has imported by now is no garbage ever, and
        Python is told so, or each look for garbage walks all of torch, a tenth of the work.
        """
        for each in self._sandboxes.values():
            with each.turn(), each.child():
                pass
        gc.collect()
        gc.freeze()

    def judge(self, stem: str, source: str | None, problem: str = "") -> Report:
        """The report on one submission.

        Args:
            stem: the stem it was handed in for.
            source: text of its `bnlab/<stem>.py`, None where there is none to run.
            problem: why there is none.
        """
        if source is None:
            nothing = [Outcome(each, problem, "broken") for each in answers.hidden_tests(stem)]
            return self._report(stem, nothing, {}, problem)
        own, fixed = self._settled(stem, source)
        broken = next((each.failure for each in own if each.end.startswith("broken")), "")
        report = self._report(stem, own, fixed, broken)
        return replace(report, remarks=remarks(stem, source))

    def outcomes(self, stem: str, source: str, task: str | None = None) -> list[Outcome]:
        """What each hidden test of the stem, or of one task, saw of a submission."""
        with self._run(stem, source) as run:
            return run.examine(self._tests(stem, task), self._own(stem, source))

    def _settled(self, stem: str, source: str) -> tuple[list[Outcome], dict[str, list[Outcome]]]:
        """Outcomes on the submission's own inputs, and on the fixed ones for each task that failed.

        A process that ends by itself may have been ended by somebody else, and a test that
        cannot go on may have been the machine's doing: what is said of either has happened twice.
        """
        before: list[str] = []
        for _ in range(TRIES):
            with self._run(stem, source) as run:
                own = run.examine(self._tests(stem), self._own(stem, source))
                fixed = {
                    task.name: run.examine(self._tests(stem, task.name), self._fixed(stem))
                    for task in find_stem(stem).tasks
                    if _to_be_diagnosed(each for each in own if each.property.task == task.name)
                }
                ends = [each.end for each in own]
                odd = any(end.startswith("odd") for end in ends)
                if not (run.crashed or odd) or ends == before:
                    break
                before = ends
        return own, fixed

    def _run(self, stem: str, source: str) -> Run:
        sandbox = self._sandboxes[device_of(stem, self._device)]
        return Run(sandbox, self._turn, stem, source)

    def _tests(self, stem: str, task: str | None = None) -> list[Property]:
        return [each for each in answers.hidden_tests(stem) if task in (None, each.task)]

    def _own(self, stem: str, source: str) -> bytes:
        """The key that a submission's own inputs are drawn from."""
        return self._key(stem, source)

    def _fixed(self, stem: str) -> bytes:
        """The key of the inputs that are the same for everybody; they decide no mark."""
        return self._key("the same for everybody", stem)

    def _key(self, *words: str) -> bytes:
        text = "\0".join(words).encode("utf-8", "replace")
        return hmac.digest(self._secret, text, hashlib.sha256)

    def _report(
        self, stem: str, own: list[Outcome], fixed: dict[str, list[Outcome]], problem: str
    ) -> Report:
        reports = []
        for task in find_stem(stem).tasks:
            verdicts = tuple(
                Verdict(each.property.name, each.property.sentence, each.passed, each.failure)
                for each in own
                if each.property.task == task.name
            )
            suspects = self._suspects(stem, task.name, fixed.get(task.name, []))
            reports.append(TaskReport(task.name, task.points, verdicts, suspects))
        device = device_of(stem, self._device)
        on = "" if device == "cpu" or problem else device
        return Report(stem, tuple(reports), problem, device=on)

    def _suspects(self, stem: str, task: str, outcomes: list[Outcome]) -> tuple[Suspect, ...]:
        """The mistakes that a failed task looks like."""
        if all(each.passed for each in outcomes):
            return ()
        tests = self._tests(stem, task)
        known = self._banks[device_of(stem, self._device)].known
        bank = known(stem, task, tests, lambda: self._mistaken(stem, task, tests))
        found = diagnose(outcomes, bank)
        return tuple(
            Suspect(mistake.name, mistake.hint, mistake.page)
            for mistake in answers.mistakes(stem)
            if mistake.name in found
        )

    def _mistaken(self, stem: str, task: str, tests: list[Property]) -> Known:
        """What a task's hidden tests see of its mistakes: ours, so one process runs them all."""
        mistakes = [each for each in answers.mistakes(stem) if task in each.loses]
        known: Known = {}
        for _ in range(TRIES):
            with self._run(stem, answers.solved(stem)) as run:
                for mistake in mistakes:
                    run.load(mistake.source)
                    known[mistake.name] = run.examine(tests, self._fixed(stem))
                if not run.crashed:
                    break
        return known


def _to_be_diagnosed(outcomes: Iterable[Outcome]) -> bool:
    """Whether a failed task is worth a second look: it was written, it ran, it was its own work."""
    failed = [each.end for each in outcomes if not each.passed]
    if all(end.endswith("NotImplementedError") for end in failed):
        return False
    return not any(end.startswith(("broken", "native", "stopped")) for end in failed)
