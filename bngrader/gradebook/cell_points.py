"""The cells that give points: those of a unit, and how the gradebook's differ from them."""

from __future__ import annotations

from dataclasses import dataclass

from bnlab.kit.course import Unit
from bnlab.kit.formats import check_cell_id, quiz_cell_id, written_cell_id

from ..course.points import WRITTEN, adapted
from .database import Assignment


def points_of_cells(unit: Unit) -> dict[str, int]:
    """Return the points of each cell of a unit that is marked."""
    points = {check_cell_id(task.name): task.points for task in unit.tasks}
    points |= {quiz_cell_id(question.name): question.points for question in unit.quiz}
    return points | {written_cell_id(unit.name): unit.written}


def as_recorded(unit: Unit, assignment: Assignment | None) -> Unit:
    """Return a unit with the points that the gradebook has; the course may have changed them."""
    cells = {} if assignment is None else assignment.cells
    names = {check_cell_id(task.name): task.name for task in unit.tasks}
    names |= {quiz_cell_id(question.name): question.name for question in unit.quiz}
    names[written_cell_id(unit.name)] = WRITTEN
    return adapted(unit, {names[c]: int(most) for c, (_, most) in cells.items() if c in names})


@dataclass(frozen=True)
class CellChanges:
    """What must change in the gradebook so that an assignment is as its unit.

    Attributes:
        gone, new: the cells that are removed and added.
        points: points before and after of the cells that stay.
    """

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    points: tuple[tuple[str, float, float], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.points)

    def __str__(self) -> str:
        """Return the changes in one line."""
        texts = [f"{cell} {before:g} -> {after:g} points" for cell, before, after in self.points]
        texts += [f"{cell} is removed" for cell in self.gone]
        return ", ".join([*texts, *(f"{cell} is added" for cell in self.new)])


def cell_changes(assignment: Assignment, unit: Unit) -> CellChanges:
    """Return what differs between the gradebook and a unit with the points of the course."""
    wanted = points_of_cells(unit)
    return CellChanges(
        tuple(sorted(assignment.cells.keys() - wanted)),
        tuple(sorted(wanted.keys() - assignment.cells)),
        tuple(
            (cell, assignment.cells[cell][1], float(wanted[cell]))
            for cell in sorted(wanted.keys() & assignment.cells)
            if assignment.cells[cell][1] != wanted[cell]
        ),
    )
