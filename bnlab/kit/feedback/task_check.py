"""What a check found about one task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..course import Task
from ..testing.assertions import LearnerError, MismatchError
from ..testing.properties import Outcome
from .advice import Advice, advice
from .fingerprints import KnownMistake

DETAILS = re.compile(
    r" in b?float\d+|(?<=tensor [ab]) \(\d+\)|(?<=with shapes) .*"
    r"|(?<=array of shape) \([\d, ]*\)|(?<=tensor of shape) \([\d, ]*\)"
)
"""What differs between two reasons that are one: the dtype in the name of a result, as in "mean in
float32", the sizes of two shapes that do not fit, and the shape of an array where something else is
expected."""


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
        """A sentence with the reason of most failed properties, if two or more have it; else ""."""
        failed = [each for each in self.outcomes if self.mark(each) == "failed"]
        sharing = [each for each in failed if self.shares_reason(each)]
        if not sharing:
            return ""
        count = "All" if len(sharing) == len(failed) else f"{len(sharing)} of the {len(failed)}"
        return f"{count} that fail have one reason: {self.reason(sharing[0])}"

    def shares_reason(self, outcome: Outcome) -> bool:
        """Return whether a property fails for the reason that most of the failed ones have."""
        failed = [each for each in self.outcomes if self.mark(each) == "failed"]
        reasons = [DETAILS.sub("", self.reason(each)) for each in failed]
        mine = DETAILS.sub("", self.reason(outcome))
        count = reasons.count(mine)
        return self.mark(outcome) == "failed" and count > 1 and 2 * count > len(failed)

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to say about the failed properties; a known mistake explains itself."""
        failed = [each.error for each in self.outcomes if self.mark(each) == "failed"]
        return () if self.hints else advice(failed)

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
