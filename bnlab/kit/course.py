"""The course's units and tasks, read from `course.toml`, their one home."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """One thing a learner writes: a function, or a method `Class.method`."""

    name: str
    unit: str
    points: int


@dataclass(frozen=True)
class Question:
    """One thing a learner answers by a literal in the notebook."""

    name: str
    unit: str
    points: int


@dataclass(frozen=True)
class Unit:
    """One idea: the word that names its chapter, module, notebook, tests and mistakes.

    A unit without tasks has a notebook alone: no module, no tests, no mistakes.

    Attributes:
        travels: whether the learner's code is run on a GPU where there is one.
    """

    name: str
    number: int
    title: str
    library: str
    allows_torch_norms: bool
    runs_on_gpu: bool
    tasks: tuple[Task, ...]
    quiz: tuple[Question, ...]
    written: int

    @property
    def slug(self) -> str:
        """The file name of its chapter and notebook, without the suffix: `02_moments`."""
        return f"{self.number:02d}_{self.name}"

    def device_on(self, device: str) -> str:
        """Return where this unit is judged in a run on `device`: "cpu" unless it runs on a GPU."""
        return device if self.runs_on_gpu else "cpu"

    @property
    def coded(self) -> bool:
        """Whether learners write a module for it."""
        return bool(self.tasks)

    @property
    def points(self) -> int:
        """Points that hidden tests give."""
        return sum(task.points for task in self.tasks)

    @property
    def machine_points(self) -> int:
        """Points of tests and quiz together; the written question is marked by a person."""
        return self.points + sum(question.points for question in self.quiz)


@cache
def units() -> dict[str, Unit]:
    """The graded units by name, in the order of the course."""
    table = tomllib.loads(Path(__file__).with_name("course.toml").read_text("utf-8"))
    return {
        name: Unit(
            name=name,
            number=row["number"],
            title=row["title"],
            library=row.get("library", ""),
            allows_torch_norms=row.get("allows_torch_norms", False),
            runs_on_gpu=row.get("device", row.get("library") == "torch"),
            tasks=tuple(Task(task, name, points) for task, points in row["tasks"].items()),
            quiz=tuple(Question(each, name, points) for each, points in row["quiz"].items()),
            written=row["written"],
        )
        for name, row in table.items()
    }


def coded_units() -> dict[str, Unit]:
    """The units that learners write a module for, in the order of the course."""
    return {name: each for name, each in units().items() if each.coded}


def unit(name: str) -> Unit:
    """The unit called `name`.

    Raises:
        ValueError: where there is no such unit.
    """
    return _named(name, units())


def coded_unit(name: str) -> Unit:
    """The unit called `name`, which learners write a module for.

    Raises:
        ValueError: where there is no such unit, or it has a notebook alone.
    """
    return _named(name, coded_units())


def _named(name: str, known: dict[str, Unit]) -> Unit:
    if name not in known:
        raise ValueError(f"unit: name is {name!r}, expected one of {', '.join(known)}.")
    return known[name]


def task(name: str) -> Task:
    """The task called `name`, such as `batch_moments` or `BatchNorm.forward`.

    Raises:
        ValueError: where there is no such task.
    """
    for each in units().values():
        for found in each.tasks:
            if found.name == name:
                return found
    known = ", ".join(found.name for each in units().values() for found in each.tasks)
    raise ValueError(f"task: name is {name!r}, expected one of {known}.")
