"""Runs the hidden tests of a stem against a submission and says what was seen.

A grade is a function of the submission, this code and the course secret: inputs are drawn from
seeds made of them, and nothing else decides.
"""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import torch

from bnlab.kit.agree import LearnerError
from bnlab.kit.properties import Outcome, Property, examine
from bnlab.kit.tasks import stem as find_stem

from . import answers
from .diagnosis import diagnose
from .model import Report, Suspect, TaskReport, Verdict
from .sandbox import Gone, Limits, Sandbox
from .student import NativeUsed, Student

VARIANTS = 4
"""How many sets of hidden inputs a course has; a submission's content chooses among them."""


class Judge:
    """Grades submissions, one at a time. Use as a context manager.

    Args:
        secret: the course's secret, from which hidden inputs are drawn.
        limits: deadlines for the learner's code.
    """

    def __init__(self, secret: bytes, limits: Limits | None = None):
        torch.set_num_threads(1)  # the tensors are tiny, and one thread sums in one order
        self._secret = secret
        self._sandbox = Sandbox(limits)
        self._known: dict[tuple[str, int], dict[str, list[Outcome]]] = {}

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker."""
        self._sandbox.close()

    def judge(self, stem: str, source: str | None, problem: str = "") -> Report:
        """The report on one submission.

        Args:
            stem: the stem it was handed in for.
            source: text of its `bnlab/<stem>.py`, None where there is none to run.
            problem: why there is none.
        """
        if source is None:
            return self._report(stem, self._nothing_ran(stem, problem), 0, problem)
        variant = self._draw("variant", stem, source) % VARIANTS
        outcomes = self.outcomes(stem, source, variant)
        broken = next((each.failure for each in outcomes if each.end.startswith("broken")), "")
        return self._report(stem, outcomes, variant, broken)

    def outcomes(
        self, stem: str, source: str, variant: int = 0, task: str | None = None
    ) -> list[Outcome]:
        """What each hidden test of the stem, or of one task, saw on one set of hidden inputs."""
        run = _Run(self._sandbox, stem, source)
        try:
            return [
                run.examine(each, self._rng(stem, each, variant))
                for each in answers.hidden_tests(stem)
                if task in (None, each.task)
            ]
        finally:
            run.close()

    def _rng(self, stem: str, each: Property, variant: int) -> np.random.Generator:
        return np.random.default_rng(self._draw("inputs", stem, each.name, str(variant)))

    def _draw(self, *words: str) -> int:
        text = "\0".join(words).encode("utf-8", "replace")
        return int.from_bytes(hmac.new(self._secret, text, hashlib.sha256).digest()[:8], "big")

    def _nothing_ran(self, stem: str, problem: str) -> list[Outcome]:
        return [Outcome(each, problem, "broken") for each in answers.hidden_tests(stem)]

    def _report(self, stem: str, outcomes: list[Outcome], variant: int, problem: str) -> Report:
        reports = []
        for task in find_stem(stem).tasks:
            of_task = [each for each in outcomes if each.property.task == task.name]
            verdicts = tuple(
                Verdict(each.property.name, each.property.sentence, each.passed, each.failure)
                for each in of_task
            )
            suspects = self._suspects(stem, task.name, of_task, variant)
            reports.append(TaskReport(task.name, task.points, verdicts, suspects))
        return Report(stem, tuple(reports), problem)

    def _suspects(
        self, stem: str, task: str, outcomes: list[Outcome], variant: int
    ) -> tuple[Suspect, ...]:
        """The mistakes that a failed task looks like; nothing where it has not been written."""
        if all(each.passed or each.end.endswith("NotImplementedError") for each in outcomes):
            return ()
        if any(each.end in ("broken", "native") for each in outcomes):
            return ()
        bank = self._mistaken(stem, task, variant)
        found = diagnose(outcomes, bank)
        return tuple(
            Suspect(mistake.name, mistake.hint, mistake.page)
            for mistake in answers.mistakes(stem)
            if mistake.name in found
        )

    def _mistaken(self, stem: str, task: str, variant: int) -> dict[str, list[Outcome]]:
        """What a task's hidden tests see of its mistakes, on the same inputs; kept for the run."""
        key = (task, variant)
        if key not in self._known:
            self._known[key] = {
                mistake.name: self.outcomes(stem, mistake.source, variant, task)
                for mistake in answers.mistakes(stem)
                if task in mistake.loses
            }
        return self._known[key]


class _Run:
    """One submission's child, replaced when it dies; a task on which it died is not tried again."""

    def __init__(self, sandbox: Sandbox, stem: str, source: str):
        self._sandbox, self._stem, self._source = sandbox, stem, source
        self._watch = not find_stem(stem).native
        self._stopped: dict[str, Outcome] = {}
        self._broken: str = ""
        self._open()

    def _open(self) -> None:
        self._context = self._sandbox.child()
        self._child = self._context.__enter__()
        self._student = Student(self._child, self._watch)
        try:
            self._student._load(self._stem, self._source)
        except LearnerError as error:
            line = f" (line {error.line})" if error.line else ""
            self._broken = f"your file cannot be imported: {error.type_name}{line}."
        except Gone as gone:
            self._broken = f"your file cannot be imported: {gone.reason}."

    def close(self) -> None:
        self._context.__exit__(None, None, None)

    def examine(self, each: Property, rng: np.random.Generator) -> Outcome:
        if self._broken:
            return Outcome(each, self._broken, "broken")
        if each.task in self._stopped:
            before = self._stopped[each.task]
            return Outcome(each, before.failure, before.end)
        try:
            return examine(each, self._student, rng)
        except NativeUsed as error:
            text = f"calls torch's own {error.names[0]} instead of computing it."
            return Outcome(each, text, "native")
        except Gone as gone:
            self._stopped[each.task] = Outcome(each, f"{gone.reason}.", f"stopped {gone.reason}")
            self.close()
            self._open()
            return self._stopped[each.task]
