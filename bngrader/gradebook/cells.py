"""The cells of an assignment that give points, when tasks, questions or points change in a term.

nbgrader refuses to add or remove a cell once there are submissions. `change` does both, for cells
that the hidden tests or the quiz mark; nbgrader then finds the cells that it expects.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbgrader import api
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bnlab.kit.course import Unit

from . import database
from .cell_points import points_of_cells
from .database import Assignment

CELL_TABLES = (
    api.BaseCell.__table__, api.GradeCell.__table__, api.SolutionCell.__table__,
    api.SourceCell.__table__,
)  # fmt: skip
"""The tables of cells, those that others refer to first."""

MARK_TABLES = (api.Grade.__table__, api.Comment.__table__)

Dump = dict[str, list[dict[str, Any]]]
"""Rows by table, as plain data."""


def change(connection: Connection, unit: Unit) -> None:
    """Give an assignment the cells and the points of a unit; the marks of other cells stay."""
    book = database.read(connection.exec_driver_sql, [unit.name])
    assignment, wanted = book.assignments[unit.name], points_of_cells(unit)
    notebook = assignment.notebooks[unit.slug]
    _delete(connection, notebook, assignment.cells.keys() - wanted)
    base, grade, _, source = CELL_TABLES
    for name in sorted(wanted.keys() - assignment.cells):
        key = api.new_uuid()
        values = {"id": key, "name": name, "notebook_id": notebook, "type": "GradeCell"}
        connection.execute(base.insert(), values)
        values = {"id": key, "max_score": float(wanted[name]), "cell_type": "code"}
        connection.execute(grade.insert(), values)
        values = {
            "id": api.new_uuid(), "name": name, "notebook_id": notebook, "cell_type": "code",
            "locked": True, "source": "",
        }  # fmt: skip
        connection.execute(source.insert(), values)
        for rows in book.submissions.values():
            values = {
                "id": api.new_uuid(), "notebook_id": rows.notebook, "cell_id": key,
                "needs_manual_grade": True,
            }  # fmt: skip
            connection.execute(api.Grade.__table__.insert(), values)
    for name in wanted.keys() & assignment.cells:
        key, points = assignment.cells[name]
        if points != wanted[name]:
            rows = grade.update().where(grade.c.id == key)
            connection.execute(rows.values(max_score=float(wanted[name])))


def _delete(connection: Connection, notebook: str, names: Iterable[str]) -> None:
    """Delete the cells of a notebook with these names, and their marks and comments."""
    base, *kinds, source = CELL_TABLES
    names = sorted(names)
    keys = [
        row.id
        for row in connection.execute(
            select(base.c.id).where(base.c.notebook_id == notebook, base.c.name.in_(names))
        )
    ]
    for table in MARK_TABLES:
        connection.execute(table.delete().where(table.c.cell_id.in_(keys)))
    for table in (*kinds, base):
        connection.execute(table.delete().where(table.c.id.in_(keys)))
    connection.execute(
        source.delete().where(source.c.notebook_id == notebook, source.c.name.in_(names))
    )


def dump(connection: Connection, assignment: Assignment) -> Dump:
    """Return the cells of an assignment, and all marks and comments of its submissions."""
    notebooks = list(assignment.notebooks.values())
    base = CELL_TABLES[0]
    own = select(base.c.id).where(base.c.notebook_id.in_(notebooks))
    found = {}
    for table in (*CELL_TABLES, *MARK_TABLES):
        if "cell_id" in table.c:
            where = table.c.cell_id.in_(own)
        else:
            where = (
                table.c.notebook_id.in_(notebooks)
                if "notebook_id" in table.c
                else table.c.id.in_(own)
            )
        rows = connection.execute(select(table).where(where).order_by(table.c.id))
        found[table.name] = [dict(row._mapping) for row in rows]
    return found


def restore(
    connection: Connection, assignment: Assignment, before: Dump, notebooks: set[str]
) -> None:
    """Bring back the cells of a dump, and the automatic marks of some submissions.

    Marks and comments that a person has given since stay; those of cells that come back do, too.

    Args:
        notebooks: the ids of the submitted notebooks whose automatic marks are brought back.
    """
    (notebook,) = assignment.notebooks.values()
    known = {row["name"] for row in before[api.BaseCell.__tablename__]}
    _delete(connection, notebook, assignment.cells.keys() - known)
    for table in CELL_TABLES:
        _put(connection, table, before[table.name])
    present = {row.id for row in connection.execute(select(api.SubmittedNotebook.__table__.c.id))}
    for table, auto, manual in (
        (MARK_TABLES[0], "auto_score", "manual_score"),
        (MARK_TABLES[1], "auto_comment", "manual_comment"),
    ):
        have = {row.id: dict(row._mapping) for row in connection.execute(select(table))}
        for row in before[table.name]:
            if row["notebook_id"] not in present:
                continue
            if row["id"] not in have:
                connection.execute(table.insert(), row)
            elif row["notebook_id"] in notebooks:
                values = {auto: row[auto]}
                if "needs_manual_grade" in row and have[row["id"]][manual] == row[manual]:
                    values["needs_manual_grade"] = row["needs_manual_grade"]
                connection.execute(table.update().where(table.c.id == row["id"]).values(values))


def _put(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or change those that are there."""
    have = {row.id for row in connection.execute(select(table.c.id))}
    for row in rows:
        if row["id"] in have:
            connection.execute(table.update().where(table.c.id == row["id"]).values(row))
        else:
            connection.execute(table.insert(), row)
