"""The report on one submission, and its form as plain data.

`as_data` and `from_data` are the only code that serialises reports; `docs/formats.md` and
`docs/schemas/` describe the result. Increase `FORMAT` if a field changes or goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from bnlab.kit.course import units

FORMAT = 1
"""Version of `grades.json` and of a row of the journal."""

T = TypeVar("T")


class Status(StrEnum):
    """What happened to the module of a submission."""

    JUDGED = "judged"
    """The hidden tests ran, or the unit has none."""
    NOT_IMPORTED = "not_imported"
    """The module is missing, unreadable, or fails on import; its tasks earn 0 points."""
    NOT_JUDGED = "not_judged"
    """The grader failed; the points are no mark."""


@dataclass(frozen=True)
class Verdict:
    """The result of one hidden test, without expected values and inputs."""

    test: str
    property: str
    passed: bool
    problem: str = ""


@dataclass(frozen=True)
class RecognisedMistake:
    """A known mistake with the same results as the submission.

    Attributes:
        page: the paragraph of the book, as `02_moments.html#moments-biased`; "" if there is none.
    """

    name: str
    hint: str
    page: str


@dataclass(frozen=True)
class TaskReport:
    """The verdicts on one task. A task without verdicts earns no points.

    Attributes:
        uses: earlier tasks of the unit that the failed tests called and that lost points too, so
            that this task may be right as soon as they are.
    """

    task: str
    max_points: int
    verdicts: tuple[Verdict, ...]
    mistakes: tuple[RecognisedMistake, ...] = ()
    uses: tuple[str, ...] = ()

    derived: ClassVar = ("points",)

    @property
    def points(self) -> float:
        """Points earned; the points of a task are split evenly over its hidden tests."""
        if not self.verdicts:
            return 0.0
        share = sum(verdict.passed for verdict in self.verdicts) / len(self.verdicts)
        return round(self.max_points * share, 2)

    @property
    def full(self) -> bool:
        """Whether all hidden tests pass."""
        return bool(self.verdicts) and all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True)
class QuizMark:
    """The result of one quiz question.

    Attributes:
        answer: the answer as it was read; "" if none could be read.
        why: the explanation of the right answer; "" if there is no answer.
    """

    question: str
    points: float
    max_points: int
    answer: str = ""
    why: str = ""


@dataclass(frozen=True)
class Report:
    """The result of one submission.

    Attributes:
        problem: why the module was not imported or not judged; "" if it was judged.
        quiz: one mark for each question; empty if only the module was judged.
        remarks: findings of the static review for the teacher; no mark depends on them.
        device: where the learner's code ran, "cpu" or "cuda".
        sandbox: the tier in which the learner's code ran; "" if no code ran.
        notebook_problem: what is wrong with the notebook, and what became of its answers; "" if
            nothing is, or if only the module was judged.
    """

    unit: str
    tasks: tuple[TaskReport, ...]
    problem: str = ""
    quiz: tuple[QuizMark, ...] = ()
    remarks: tuple[str, ...] = ()
    device: str = "cpu"
    sandbox: str = ""
    status: Status = Status.JUDGED
    notebook_problem: str = ""

    derived: ClassVar = ("points", "max_points")

    @classmethod
    def not_judged(cls, unit: str, reason: str) -> Report:
        """Return the report on a submission that the grader failed to judge."""
        tasks = tuple(TaskReport(task.name, task.points, ()) for task in units()[unit].tasks)
        return cls(unit, tasks, reason, status=Status.NOT_JUDGED)

    @property
    def judged(self) -> bool:
        """Whether the points are a mark: False if the grader failed."""
        return self.status is not Status.NOT_JUDGED

    @property
    def points(self) -> float:
        """Points of tasks and quiz together."""
        of_quiz = sum(mark.points for mark in self.quiz)
        return round(sum(task.points for task in self.tasks) + of_quiz, 2)

    @property
    def max_points(self) -> int:
        """Points that tasks and quiz can give."""
        of_quiz = sum(mark.max_points for mark in self.quiz)
        return sum(task.max_points for task in self.tasks) + of_quiz


def as_data(value: Any) -> Any:
    """Return a report as plain data: its fields, and the properties named in `derived`."""
    if is_dataclass(value):
        names = [*(field.name for field in fields(value)), *getattr(value, "derived", ())]
        return {name: as_data(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [as_data(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def from_data(kind: type[T], data: Any) -> T:
    """Return the report that `as_data` turned into `data`; derived properties are ignored.

    Raises:
        ValueError: `data` has another form.
    """
    try:
        return _built(kind, data)
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"{kind.__name__}: data has another form ({error!r}).") from None


def _built(kind: Any, data: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        if not isinstance(data, Mapping):
            raise TypeError(data)
        # A row of an older version lacks fields that have a default since.
        given = (f for f in fields(kind) if f.name in data or f.default is MISSING)
        return kind(**{f.name: _built(hints[f.name], data[f.name]) for f in given})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], each) for each in data)
    if issubclass(kind, StrEnum):
        return kind(data)
    if kind is float and isinstance(data, int | float):
        return float(data)
    if type(data) is not kind:
        raise TypeError(data)
    return data
