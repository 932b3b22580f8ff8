"""The judge: runs the hidden tests of a unit against a submission and reports the verdicts.

A report is a function of the submission, this code, the course secret and the device: the inputs
are drawn from seeds made of them. Each submission has hidden inputs of its own, so the inputs of
one are useless to another learner, and to the same learner's next submission.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from bnlab.kit.course import unit as find_unit
from bnlab.kit.diagnosis.diagnose import diagnose
from bnlab.kit.diagnosis.known import Known
from bnlab.kit.diagnosis.slips import HINTS
from bnlab.kit.testing.properties import End, Outcome, Property

from ..core import solutions
from ..core.report import RecognisedMistake, Report, Status, TaskReport, Verdict
from ..sandbox.sandbox import Budget, Limits, Sandbox
from ..sandbox.tiers import TIERS
from .known_results import MAX_RUNS, known_results
from .lock import JudgeLock
from .mistake_cache import MistakeCache
from .run import Run
from .static_review import review

SAME = 3
"""Runs in a row that must agree that a process ends by itself."""
MAX_FAILURE_CHARS = 400
"""Characters of what a verdict says; a longer text is made of what a learner chose."""

log = logging.getLogger(__name__)


@dataclass
class Results:
    """The outcomes of one submission.

    Attributes:
        own: those on own inputs, which decide the marks.
        fixed: those on fixed inputs, for each failed task that can be compared with mistakes.
        uses: for each failed task, the failed tasks before it that its tests called.
    """

    own: list[Outcome]
    fixed: dict[str, list[Outcome]] = field(default_factory=dict)
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Judge:
    """A grader of submissions that several threads may use. Use as a context manager.

    Args:
        secret: the course secret, from which hidden inputs are drawn.
        limits: the deadlines of the learner's code.
        tier: how children are confined, one of `tiers.TIERS`; None for the strongest tier that
            holds here, which is never "none".
        cache_dir: the folder of the mistake cache; None keeps the cache in memory.
        device: the device of learners' code in the units that support it, "cpu" or "cuda". The
            expected values are always computed on the CPU of this process.
        probe: whether to run the escape probes here. False if the parent process has run them
            (`sandbox.choose.choose_tier`) and `tier` is the result.
        private: files and folders, besides `solutions/`, that no child may read.

    Raises:
        SandboxUnavailableError, DeviceUnavailableError: from `tier`, `warm_up` and `judge`, if
            the tier does not hold.
    """

    def __init__(
        self,
        secret: bytes,
        limits: Limits | None = None,
        tier: str | None = None,
        cache_dir: Path | None = None,
        device: str = "cpu",
        *,
        probe: bool = True,
        private: Sequence[Path] = (),
    ):
        torch.set_num_threads(1)  # the tensors are tiny, and one thread sums in one order
        self._secret, self._device, self._limits = secret, device, limits or Limits()
        private = (solutions.SOLUTIONS, *private)
        # On a GPU as well, units that do not support it are judged on the CPU.
        self._sandboxes = {
            (each, library): Sandbox(
                self._limits, tier, each, probe=probe, private=private, library=library
            )
            for each, library in dict.fromkeys(
                (("cpu", "torch"), ("cpu", "numpy"), (device, "torch"))
            )
        }
        self._lock = JudgeLock()
        self._caches = {
            each: MistakeCache(
                secret, cache_dir / each if cache_dir and each != "cpu" else cache_dir
            )
            for each in dict.fromkeys(("cpu", device))
        }

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        for each in self._sandboxes.values():
            each.close()

    @property
    def tier(self) -> str:
        """The weakest tier in which learners' code runs."""
        return max((each.tier for each in self._sandboxes.values()), key=TIERS.index)

    def warm_up(self) -> None:
        """Start the workers, so that the first submission does not wait for them.

        For a judge process, which does nothing else: what it has imported by now is never garbage,
        and `gc.freeze` excludes it from collections, which would take a tenth of the time.
        """
        for each in self._sandboxes.values():
            with each.exclusive_device(), each.child():
                pass
        gc.collect()
        gc.freeze()

    def sandbox(self, unit: str) -> Sandbox:
        """Return the sandbox of a unit: on its device, with its libraries."""
        found = find_unit(unit)
        return self._sandboxes[found.device_on(self._device), found.library]

    def judge(self, unit: str, source: str | None, problem: str = "") -> Report:
        """Return the report on one submission.

        Args:
            unit: the unit.
            source: the text of its `bnlab/<unit>.py`, None if there is none to run.
            problem: why there is none.
        """
        if source is None:
            tests = solutions.hidden_tests(unit)
            nothing = [Outcome(each, problem, End.NOT_LOADED) for each in tests]
            return self._report(unit, Results(nothing), problem)
        results = self._repeatable_outcomes(unit, source)
        failures = (each.failure for each in results.own if each.end is End.NOT_LOADED)
        report = self._report(unit, results, next(failures, ""))
        return replace(report, remarks=review(unit, source), sandbox=self.tier)

    def outcomes(self, unit: str, source: str, task: str | None = None) -> list[Outcome]:
        """Return the outcomes of the hidden tests of a unit, or of one task."""
        with self._run(unit, source) as run:
            return run.run_tests(self._tests(unit, task), self._own(unit, source))

    def recorded(self, unit: str, source: str, task: str) -> list[Outcome]:
        """Return the recorded outcomes of the hidden tests of one task, on the fixed inputs."""
        with self._run(unit, source) as run:
            return run.record_tests(self._tests(unit, task), self._fixed(unit))

    def _repeatable_outcomes(self, unit: str, source: str) -> Results:
        """Return the outcomes on own inputs, and those on fixed inputs for each failed task.

        Own inputs decide the marks. A task that fails on them runs once more on the fixed inputs,
        on which its results can be compared with those of known mistakes.

        A process that ends by itself may have been killed by somebody else, and a result that a
        test cannot handle may be due to the machine. Such a run counts only if it happens three
        times: of a thousand submissions beside random kills, one was killed twice. All runs share
        the time of one submission; a run that it cuts off counts only if it is the first.
        """
        seen: list[list[tuple[End, str]]] = []
        found: Results | None = None
        budget = Budget(self._limits.submission_s)
        for _ in range(MAX_RUNS):
            with self._run(unit, source, budget) as run:
                own = run.run_tests(self._tests(unit), self._own(unit, source))
                results = self._diagnosed(unit, run, own)
                if found is None or not run.over:
                    found = results
                ends = [(each.end, each.detail) for each in own]
                unusable = any(end is End.UNUSABLE for end, _ in ends)
                seen.append(ends)
                if run.over or not (run.crashed or unusable) or seen[-SAME:] == [ends] * SAME:
                    break
        assert found is not None
        return found

    def _diagnosed(self, unit: str, run: Run, own: list[Outcome]) -> Results:
        """Run the failed tasks on the fixed inputs, and note which failed tasks they call."""
        results = Results(own)
        lost: list[str] = []
        for task in find_unit(unit).tasks:
            outcomes = [each for each in own if each.property.task == task.name]
            if all(each.passed for each in outcomes):
                continue
            comparable = _to_be_diagnosed(outcomes)
            if comparable or (lost and all(each.unwritten for each in outcomes)):
                tests = self._tests(unit, task.name)
                fixed = run.record_tests(tests, self._fixed(unit), watched=lost)
                results.uses[task.name] = run.called
                if comparable:
                    results.fixed[task.name] = fixed
            if "." not in task.name:  # a function; methods of one class share their state anyway
                lost.append(task.name)
        return results

    def _run(self, unit: str, source: str, budget: Budget | None = None) -> Run:
        return Run(self.sandbox(unit), self._lock, unit, source, budget)

    def _tests(self, unit: str, task: str | None = None) -> list[Property]:
        return [each for each in solutions.hidden_tests(unit) if task in (None, each.task)]

    def _own(self, unit: str, source: str) -> bytes:
        """Return the key of the inputs of one submission."""
        return self._key(unit, source)

    def _fixed(self, unit: str) -> bytes:
        """Return the key of the inputs that are the same for all; they decide no mark."""
        return self._key("the same for everybody", unit)

    def _key(self, *words: str) -> bytes:
        text = "\0".join(words).encode("utf-8", "replace")
        return hmac.digest(self._secret, text, hashlib.sha256)

    def _report(self, unit: str, results: Results, problem: str) -> Report:
        reports = []
        for task in find_unit(unit).tasks:
            verdicts = tuple(
                Verdict(
                    each.property.name,
                    each.property.sentence,
                    each.passed,
                    each.failure[:MAX_FAILURE_CHARS],
                )
                for each in results.own
                if each.property.task == task.name
            )
            mistakes = self._recognised(unit, task.name, results.fixed.get(task.name, []))
            uses = results.uses.get(task.name, ())
            reports.append(TaskReport(task.name, task.points, verdicts, mistakes, uses))
        device = find_unit(unit).device_on(self._device)
        status = Status.NOT_IMPORTED if problem else Status.JUDGED
        return Report(
            unit, tuple(reports), problem, device="cpu" if problem else device, status=status
        )

    def _recognised(
        self, unit: str, task: str, outcomes: list[Outcome]
    ) -> tuple[RecognisedMistake, ...]:
        """Return the mistakes that give the same results as a failed task."""
        if all(each.passed for each in outcomes):
            return ()
        known = self.known(unit, task)
        try:
            found = diagnose(outcomes, known)
        except Exception as error:  # results may be anything; they cost no report
            log.warning("diagnosis of %s: %s", task, type(error).__name__)
            return ()
        pages = {each.name: each.page for each in solutions.mistakes(unit)}
        hints = HINTS | {each.name: each.hint for each in solutions.mistakes(unit)}
        return tuple(
            RecognisedMistake(name, hint, pages.get(name, ""))
            for name, hint in sorted(found.hints(hints).items())
        )

    def known(self, unit: str, task: str) -> Known:
        """Return what the reference of a task and its mistakes give on the fixed inputs."""
        caches = self._caches[find_unit(unit).device_on(self._device)]
        return caches.known(unit, task, lambda: self._known(unit, task))

    def _known(self, unit: str, task: str) -> Known:
        return known_results(
            unit,
            task,
            self._tests(unit, task),
            self._fixed(unit),
            # Our own code: the limit of a call holds, that of a submission would cut off the last
            # of many mistakes on a busy machine.
            lambda: self._run(unit, solutions.solved(unit), Budget(math.inf)),
        )


def _to_be_diagnosed(outcomes: Iterable[Outcome]) -> bool:
    """Return whether a task failed with results that can be compared with those of mistakes."""
    failed = [each for each in outcomes if not each.passed]
    if all(each.unwritten for each in failed):
        return False
    return not any(each.end in (End.NOT_LOADED, End.FORBIDDEN, End.DIED) for each in failed)
