"""The units and tasks of the course, read from `course.toml`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class UserError(ValueError):
    """An error that the user can correct; its text says what is wrong and what to do.

    A notebook shows its text without a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class CourseError(UserError):
    """A name that is not the name of a unit or of a task."""


@dataclass(frozen=True)
class Task:
    """A function, or a method `Class.method`, that learners write."""

    name: str
    unit: str
    points: int


@dataclass(frozen=True)
class Question:
    """A quiz question, which learners answer with a literal in the notebook."""

    name: str
    unit: str
    points: int


@dataclass(frozen=True)
class Unit:
    """One topic of the course.

    A unit without tasks has a notebook, but no module, no hidden tests and no mistakes.

    Attributes:
        name: name of its chapter, module, notebook, hidden tests and mistakes.
        libraries: the libraries that its module may import, the one that it is written in first;
            none without a module.
        allows_torch_norms: whether learners may call the normalizations of torch.
        runs_on_gpu: whether the learner's code runs on a GPU if there is one.
        written: points of the written answer.
    """

    name: str
    number: int
    title: str
    libraries: tuple[str, ...]
    allows_torch_norms: bool
    runs_on_gpu: bool
    tasks: tuple[Task, ...]
    quiz: tuple[Question, ...]
    written: int

    @property
    def library(self) -> str:
        """The library that its module is written in, "numpy" or "torch"; "" without a module."""
        return self.libraries[0] if self.libraries else ""

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
        """The points that the hidden tests give."""
        return sum(task.points for task in self.tasks)

    @property
    def machine_points(self) -> int:
        """The points of hidden tests and quiz; a person marks the written answer."""
        return self.points + sum(question.points for question in self.quiz)


@cache
def units() -> dict[str, Unit]:
    """Return the units by name, in the order of the course."""
    table = tomllib.loads(Path(__file__).with_name("course.toml").read_text("utf-8"))
    return {
        name: Unit(
            name=name,
            number=row["number"],
            title=row["title"],
            libraries=tuple(row.get("libraries", ())),
            allows_torch_norms=row.get("allows_torch_norms", False),
            runs_on_gpu=row.get("device", "torch" in row.get("libraries", ())),
            tasks=tuple(Task(task, name, points) for task, points in row["tasks"].items()),
            quiz=tuple(Question(each, name, points) for each, points in row["quiz"].items()),
            written=row["written"],
        )
        for name, row in table.items()
    }


def coded_units() -> dict[str, Unit]:
    """Return the units that learners write a module for, in the order of the course."""
    return {name: each for name, each in units().items() if each.coded}


def unit(name: str) -> Unit:
    """Return the unit with this name.

    Raises:
        CourseError: if there is no such unit.
    """
    return _find("unit", name, units())


def coded_unit(name: str) -> Unit:
    """Return the unit with this name, if learners write a module for it.

    Raises:
        CourseError: if there is no such unit, or the unit has no module.
    """
    return _find("unit", name, coded_units())


def task(name: str) -> Task:
    """Return the task with this name, such as `batch_moments` or `BatchNorm.forward`.

    Raises:
        CourseError: if there is no such task.
    """
    return _find("task", name, _tasks())


def tasks_named(name: str) -> tuple[Task, ...]:
    """Return the tasks of the unit with this name, or the one task with this name.

    Raises:
        CourseError: if it is neither the name of a unit nor that of a task.
    """
    _refuse_others(name)
    if name in units():
        return units()[name].tasks
    if name in _tasks():
        return (_tasks()[name],)
    raise CourseError(
        f"{name!r} is neither a unit nor a task{did_you_mean(name, [*units(), *_tasks()])} "
        "`bnlab status` lists all units and tasks."
    )


@cache
def _tasks() -> dict[str, Task]:
    return {each.name: each for unit in units().values() for each in unit.tasks}


def _find(what: str, name: str, known: Mapping[str, T]) -> T:
    """Return the unit or the task with this name."""
    _refuse_others(name)
    if name in known:
        return known[name]
    if name in _tasks():
        problem = f"{name!r} is a task, expected a unit. Its unit is {_tasks()[name].unit!r}."
    elif name not in units():
        near = did_you_mean(name, known)
        problem = f"{what} {name!r} is unknown{near} Expected one of {', '.join(known)}."
    elif units()[name].tasks:
        tasks = ", ".join(each.name for each in units()[name].tasks)
        problem = f"{name!r} is a unit, expected a task. Its tasks are {tasks}."
    else:
        problem = f"{name!r} is a unit without code, expected a {what} with code."
    raise CourseError(problem)


def _refuse_others(name: object) -> None:
    """Raise a CourseError for what is no text, such as the function that a name stands for."""
    if not isinstance(name, str):
        shown = getattr(name, "__name__", "").rpartition(".")[2] or "batch_moments"
        raise CourseError(f'the name of a task or unit stands in quotes, as in "{shown}".')


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" if a known name is similar, "." otherwise."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else "."
