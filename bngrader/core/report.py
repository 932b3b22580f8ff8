"""The grader's nouns: what was seen of a submission, as data that can be printed and stored."""

from __future__ import annotations

from collections.abc import Mapping
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
class RecognisedMistake:
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
    mistakes: tuple[RecognisedMistake, ...] = ()

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
class QuizMark:
    """What one quiz cell earned.

    Attributes:
        answer: as it was read, for people; "" where nothing could be read.
        why: the explanation; "" where there is no answer to explain.
    """

    question: str
    points: float
    max_points: int
    answer: str = ""
    why: str = ""


@dataclass(frozen=True)
class Report:
    """Everything the grader says of one submission.

    Attributes:
        quiz: one mark for each question; none where only a module was judged.
        problem: why the file could not be judged at all; "" where it could.
        remarks: what a person should look at in the file; no mark depends on it.
        device: where the learner's code computed; "" for the CPU.
    """

    unit: str
    tasks: tuple[TaskReport, ...]
    problem: str = ""
    quiz: tuple[QuizMark, ...] = ()
    remarks: tuple[str, ...] = ()
    device: str = ""

    @property
    def points(self) -> float:
        of_quiz = sum(mark.points for mark in self.quiz)
        return round(sum(task.points for task in self.tasks) + of_quiz, 2)

    @property
    def max_points(self) -> int:
        of_quiz = sum(mark.max_points for mark in self.quiz)
        return sum(task.max_points for task in self.tasks) + of_quiz

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, in a fixed order: equal reports are equal bytes."""
        device = {"device": self.device} if self.device else {}
        return device | {
            "unit": self.unit,
            "points": self.points,
            "max_points": self.max_points,
            "problem": self.problem,
            "remarks": list(self.remarks),
            "quiz": [
                {
                    "question": mark.question,
                    "answer": mark.answer,
                    "points": mark.points,
                    "max_points": mark.max_points,
                }
                for mark in self.quiz
            ],
            "tasks": [
                {
                    "task": task.task,
                    "points": task.points,
                    "max_points": task.max_points,
                    "mistakes": [suspect.name for suspect in task.mistakes],
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

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], mistakes: Mapping[str, RecognisedMistake]
    ) -> Report:
        """The report that `as_json` wrote, but for the explanations of the quiz.

        Args:
            data: what it wrote.
            suspects: the unit's known mistakes by name; the report holds their names only.
        """
        tasks = tuple(
            TaskReport(
                task["task"],
                task["max_points"],
                tuple(
                    Verdict(row["test"], row["property"], row["passed"], row["problem"])
                    for row in task["verdicts"]
                ),
                tuple(mistakes[name] for name in task["mistakes"] if name in mistakes),
            )
            for task in data["tasks"]
        )
        quiz = tuple(
            QuizMark(row["question"], row["points"], row["max_points"], row["answer"])
            for row in data["quiz"]
        )
        remarks = tuple(data["remarks"])
        device = data.get("device", "")
        return cls(data["unit"], tasks, data["problem"], quiz, remarks, device)
