"""Runs the hidden tests of a unit against a submission and says what was seen.

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

from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.properties import Outcome, Property

from ..core import solutions
from ..core.report import RecognisedMistake, Report, Status, TaskReport, Verdict
from ..sandbox.sandbox import Limits, Sandbox
from ..sandbox.tiers import TIERS
from .diagnosis import diagnose
from .mistake_cache import Known, MistakeCache
from .run import Run
from .static_review import review

MAX_RUNS = 4
"""How often a submission whose process ends by itself is judged, until two runs agree."""


class Judge:
    """Grades submissions; several threads may use one. Use as a context manager.

    Args:
        secret: the course's secret, from which hidden inputs are drawn.
        limits: deadlines for the learner's code.
        tier: how the learner's code is confined, a name in `tiers.TIERS`; None takes the best
            that holds here, and never "none".
        cache_dir: the folder that keeps what is known of mistakes; None keeps it for this judge.
        device: where learners' code computes in the units that can, "cpu" or "cuda". Truth is
            computed here, on the CPU, and compared here.

    Raises:
        SandboxUnavailableError: no tier holds; raised by the first submission or look at `tier`.
    """

    def __init__(
        self,
        secret: bytes,
        limits: Limits | None = None,
        tier: str | None = None,
        cache_dir: Path | None = None,
        device: str = "cpu",
    ):
        torch.set_num_threads(1)  # the tensors are tiny, and one thread sums in one order
        self._secret = secret
        self._device, self._sandbox = device, Sandbox(limits, tier)
        # Beside a GPU the units that stay on the CPU have what they have without one.
        self._sandboxes = {"cpu": self._sandbox}
        if device != "cpu":
            self._sandboxes[device] = Sandbox(limits, tier, device)
        # Tests and torch's state are shared: one thread at a time, but while it waits for a child.
        self._test_lock = threading.Lock()
        self._caches = {
            each: MistakeCache(
                secret, cache_dir / each if cache_dir and each != "cpu" else cache_dir
            )
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
            with each.exclusive_device(), each.child():
                pass
        gc.collect()
        gc.freeze()

    def judge(self, unit: str, source: str | None, problem: str = "") -> Report:
        """The report on one submission.

        Args:
            unit: the unit it was handed in for.
            source: text of its `bnlab/<unit>.py`, None where there is none to run.
            problem: why there is none.
        """
        if source is None:
            nothing = [Outcome(each, problem, "broken") for each in solutions.hidden_tests(unit)]
            return self._report(unit, nothing, {}, problem)
        own, fixed = self._repeatable_outcomes(unit, source)
        broken = next((each.failure for each in own if each.end.startswith("broken")), "")
        report = self._report(unit, own, fixed, broken)
        return replace(report, remarks=review(unit, source), sandbox=self.tier)

    def outcomes(self, unit: str, source: str, task: str | None = None) -> list[Outcome]:
        """What each hidden test of the unit, or of one task, saw of a submission."""
        with self._run(unit, source) as run:
            return run.run_tests(self._tests(unit, task), self._own(unit, source))

    def _repeatable_outcomes(
        self, unit: str, source: str
    ) -> tuple[list[Outcome], dict[str, list[Outcome]]]:
        """Outcomes on the submission's own inputs, and on the fixed ones for each task that failed.

        A process that ends by itself may have been ended by somebody else, and a test that
        cannot go on may have been the machine's doing: what is said of either has happened twice.
        """
        before: list[str] = []
        for _ in range(MAX_RUNS):
            with self._run(unit, source) as run:
                own = run.run_tests(self._tests(unit), self._own(unit, source))
                fixed = {
                    task.name: run.run_tests(self._tests(unit, task.name), self._fixed(unit))
                    for task in find_unit(unit).tasks
                    if _to_be_diagnosed(each for each in own if each.property.task == task.name)
                }
                ends = [each.end for each in own]
                odd = any(end.startswith("odd") for end in ends)
                if not (run.crashed or odd) or ends == before:
                    break
                before = ends
        return own, fixed

    def _run(self, unit: str, source: str) -> Run:
        sandbox = self._sandboxes[find_unit(unit).device_on(self._device)]
        return Run(sandbox, self._test_lock, unit, source)

    def _tests(self, unit: str, task: str | None = None) -> list[Property]:
        return [each for each in solutions.hidden_tests(unit) if task in (None, each.task)]

    def _own(self, unit: str, source: str) -> bytes:
        """The key that a submission's own inputs are drawn from."""
        return self._key(unit, source)

    def _fixed(self, unit: str) -> bytes:
        """The key of the inputs that are the same for everybody; they decide no mark."""
        return self._key("the same for everybody", unit)

    def _key(self, *words: str) -> bytes:
        text = "\0".join(words).encode("utf-8", "replace")
        return hmac.digest(self._secret, text, hashlib.sha256)

    def _report(
        self, unit: str, own: list[Outcome], fixed: dict[str, list[Outcome]], problem: str
    ) -> Report:
        reports = []
        for task in find_unit(unit).tasks:
            verdicts = tuple(
                Verdict(each.property.name, each.property.sentence, each.passed, each.failure)
                for each in own
                if each.property.task == task.name
            )
            mistakes = self._recognised(unit, task.name, fixed.get(task.name, []))
            reports.append(TaskReport(task.name, task.points, verdicts, mistakes))
        device = find_unit(unit).device_on(self._device)
        status = Status.NOT_IMPORTED if problem else Status.JUDGED
        return Report(
            unit, tuple(reports), problem, device="cpu" if problem else device, status=status
        )

    def _recognised(
        self, unit: str, task: str, outcomes: list[Outcome]
    ) -> tuple[RecognisedMistake, ...]:
        """The mistakes that a failed task looks like."""
        if all(each.passed for each in outcomes):
            return ()
        tests = self._tests(unit, task)
        known = self._caches[find_unit(unit).device_on(self._device)].known
        known_mistakes = known(unit, task, tests, lambda: self._mistaken(unit, task, tests))
        found = diagnose(outcomes, known_mistakes)
        return tuple(
            RecognisedMistake(mistake.name, mistake.hint, mistake.page)
            for mistake in solutions.mistakes(unit)
            if mistake.name in found
        )

    def _mistaken(self, unit: str, task: str, tests: list[Property]) -> Known:
        """What a task's hidden tests see of its mistakes: ours, so one process runs them all."""
        mistakes = [each for each in solutions.mistakes(unit) if task in each.loses]
        known: Known = {}
        for _ in range(MAX_RUNS):
            with self._run(unit, solutions.solved(unit)) as run:
                for mistake in mistakes:
                    run.load(mistake.source)
                    known[mistake.name] = run.run_tests(tests, self._fixed(unit))
                if not run.crashed:
                    break
        return known


def _to_be_diagnosed(outcomes: Iterable[Outcome]) -> bool:
    """Whether a failed task is worth a second look: it was written, it ran, it was its own work."""
    failed = [each.end for each in outcomes if not each.passed]
    if all(end.endswith("NotImplementedError") for end in failed):
        return False
    return not any(end.startswith(("broken", "native", "stopped")) for end in failed)
