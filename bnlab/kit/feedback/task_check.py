"""What a check found about one task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..course import Task
from ..testing.assertions import AFTER, LearnerError, MismatchError
from ..testing.properties import Outcome
from .fingerprints import KnownMistake

HOUSE_RULES = "how_to.html#house-rules"
"""Where the book states the rules that hold for every task."""

OF_DTYPES = (
    "House rule 1: a result has the dtype of the batch, or the one that the docstring names."
)
OF_ARGUMENTS = "House rule 3: arguments are the same after the call."

PRECISION = re.compile(r" in b?float\d+")
"""The dtype in the name of a result, as in "mean in float32"."""


@dataclass(frozen=True)
class TaskCheck:
    """The result of the public checks of one task.

    Attributes:
        problem: why the task could not be checked; "" if it could.
        hints: the known mistakes that give the same results.
        device: the device that ran the code; "" for the CPU.
        earlier: a sentence for each earlier task that is used and is not right yet.
        saved: when the module was saved, "06:24" or with a date; "" if it is missing.
        notes: what else was seen, such as a warning of NumPy at a line of the module.
    """

    task: Task
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""
    hints: tuple[KnownMistake, ...] = ()
    device: str = ""
    earlier: tuple[str, ...] = ()
    saved: str = ""
    notes: tuple[str, ...] = ()

    def after(self, used: Sequence[TaskCheck]) -> TaskCheck:
        """Return the same result with sentences on the earlier tasks that this one uses.

        Grading puts our solutions in the place of earlier units, so these cost no points there;
        earlier tasks of the same unit do.
        """
        faults = tuple(
            f"it uses {each.task.name} of bnlab/{each.task.unit}.py, which is "
            + ("not right yet" if each.written else "not written yet")
            + f": see `bnlab check {each.task.name}`"
            for each in used
            if not each.passed
        )
        if faults and not self.written and not self.problem:
            return replace(self, problem="; ".join(faults))
        return replace(self, earlier=faults)

    @property
    def passed(self) -> bool:
        return not self.problem and all(each.passed for each in self.outcomes)

    @property
    def written(self) -> bool:
        return bool(self.problem) or not all(each.unwritten for each in self.outcomes)

    @property
    def summary(self) -> str:
        """The state of the task in one line."""
        module = f"bnlab/{self.task.unit}.py"
        saved = f" (file saved at {self.saved})" if self.saved and not self.passed else ""
        if self.problem:
            return self.problem + saved
        if not self.written:
            return f"not written yet in {module}{saved}"
        count = sum(each.passed for each in self.outcomes)
        on = f", on {self.device}" if self.device else ""
        return f"{count} of {len(self.outcomes)} properties hold{on}{saved}"

    @property
    def shared_reason(self) -> str:
        """The one reason for which two or more properties fail, if no other one fails; else ""."""
        failed = [each for each in self.outcomes if self.mark(each) == "failed"]
        reasons = {PRECISION.sub("", self.reason(each)): self.reason(each) for each in failed[::-1]}
        return next(iter(reasons.values())) if len(failed) > 1 and len(reasons) == 1 else ""

    @property
    def house_rules(self) -> str:
        """What to say about the house rules that the failed properties show to be broken, or "".

        A known mistake explains itself, and nothing is said beside it.
        """
        wrong = [
            each.error
            for each in self.outcomes
            if self.mark(each) == "failed" and isinstance(each.error, MismatchError)
        ]
        if self.hints:
            return ""
        dtypes, arguments = any(map(_of_dtype, wrong)), any(map(_of_arguments, wrong))
        return " ".join([OF_DTYPES] * dtypes + [OF_ARGUMENTS] * arguments)

    def mark(self, outcome: Outcome) -> str:
        """Return "passed", "failed" or "waits".

        A property waits if it cannot be checked until another result is right.
        """
        if outcome.passed:
            return "passed"
        failed = [one for one in self.outcomes if not one.passed]
        return "waits" if _waits(outcome) and not all(map(_waits, failed)) else "failed"

    def reason(self, outcome: Outcome) -> str:
        """Return why a property does not hold, with the error of the learner's code if any."""
        error = outcome.error
        if isinstance(error, MismatchError) and self.mark(outcome) == "waits":
            return f"waits for: {error.what}"
        if isinstance(error, LearnerError) and error.type_name != "NotImplementedError":
            where = f" (line {error.line})" if error.line else ""
            return f"{error.type_name}{where}: {error.message}"
        return outcome.failure


def _waits(outcome: Outcome) -> bool:
    """Return whether a wrong result keeps the property from being checked."""
    return isinstance(outcome.error, MismatchError) and outcome.error.waits


def _of_dtype(error: MismatchError) -> bool:
    return error.problem.startswith("has dtype ")


def _of_arguments(error: MismatchError) -> bool:
    return error.what.endswith(AFTER)
