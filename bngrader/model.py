"""The grader's nouns: what was seen of a submission, as data that can be printed and stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What one hidden test found; safe to show to the learner."""

    test: str
    property: str
    passed: bool
    problem: str = ""


@dataclass(frozen=True)
class Suspect:
    """A named mistake that the learner's results look like, and the page that explains it."""

    name: str
    hint: str
    page: str


@dataclass(frozen=True)
class TaskReport:
    """The verdicts on one task; worth nothing until they say otherwise."""

    task: str
    max_points: int
    verdicts: tuple[Verdict, ...]
    suspects: tuple[Suspect, ...] = ()

    @property
    def points(self) -> float:
        """Points earned: the task's points are split evenly over its hidden tests."""
        if not self.verdicts:
            return 0.0
        share = sum(verdict.passed for verdict in self.verdicts) / len(self.verdicts)
        return round(self.max_points * share, 2)

    @property
    def full(self) -> bool:
        return bool(self.verdicts) and all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True)
class Report:
    """Everything the grader says of one submission.

    Attributes:
        problem: why the file could not be judged at all; "" where it could.
    """

    stem: str
    tasks: tuple[TaskReport, ...]
    problem: str = ""

    @property
    def points(self) -> float:
        return round(sum(task.points for task in self.tasks), 2)

    @property
    def max_points(self) -> int:
        return sum(task.max_points for task in self.tasks)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, in a fixed order: equal reports are equal bytes."""
        return {
            "stem": self.stem,
            "points": self.points,
            "max_points": self.max_points,
            "problem": self.problem,
            "tasks": [
                {
                    "task": task.task,
                    "points": task.points,
                    "max_points": task.max_points,
                    "mistakes": [suspect.name for suspect in task.suspects],
                    "verdicts": [
                        {
                            "test": verdict.test,
                            "property": verdict.property,
                            "passed": verdict.passed,
                            "problem": verdict.problem,
                        }
                        for verdict in task.verdicts
                    ],
                }
                for task in self.tasks
            ],
        }
