"""The writer of rows and graded notebooks; only `late` changes nbgrader's database, too."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from nbgrader import api
from sqlalchemy import bindparam, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from bnlab.kit.course import Unit
from bnlab.kit.formats import written_cell_id

from ..core.errors import GraderError
from ..core.text import printable
from ..course.course import Course
from ..course.submissions import TIMESTAMP
from . import converters, database
from .changes import Todo, cannot_go_on, graded_files, recorded_digest
from .copying import parsed_time
from .database import LOCK_TIMEOUT_S, Assignment, Comment, Grade, Name, Rows
from .files import write_folder
from .graded_notebook import UnitNotebook, add_earlier, as_text, automatic_marks, read_before
from .marks import Marks, Now, mark
from .penalties import Penalties
from .recorded import Present, read_recorded
from .settings import sqlite_path
from .state import SAVE_INTERVAL_S, State, content

BATCH = 32
"""Submissions in one transaction, which locks the gradebook."""


class Writer:
    """A writer for one course.

    Args:
        course: the course.
        config: the settings of nbgrader.
        state: the digests, which are updated.
    """

    def __init__(self, course: Course, config: Config, state: State):
        self._course, self._state = course, state
        self._engine = engine(config.CourseDirectory.db_url)

    def write(
        self,
        unit: Unit,
        todo: Sequence[Todo],
        note: Callable[[str], None],
        held: list[Name] | None = None,
    ) -> dict[Name, str]:
        """Record submissions of a unit; return which cannot be recorded, and why.

        Args:
            note: called with a line for each answer whose mark became that of an earlier answer.
            held: if given, a submission that has not changed keeps its marks, and its name is
                added here if they would be others.

        Raises:
            GraderError: the database or a file cannot be written.
        """
        converter = converters.autograde(self._course, unit.name)
        base = UnitNotebook(unit, converter)
        penalties = Penalties(self._course, unit.name)
        mode = int(str(converter.permissions), 8)
        refused: dict[Name, str] = {}
        now = None if held is None else Present(unit)
        for start in range(0, len(todo), BATCH):
            new = []
            for each in todo[start : start + BATCH]:
                try:
                    new.append(_Prepared(self._course, unit, base, each, now))
                except (GraderError, ValueError, KeyError) as error:
                    refused[each.name] = printable(str(error)).rstrip(".")
            try:
                with self._engine.begin() as connection:
                    _write_rows(connection, unit, new, penalties)
                    book = database.read(connection.exec_driver_sql, [unit.name])
                for one in new:
                    if one.held and held is not None:
                        held.append(one.todo.name)
                        continue
                    one.write_files(mode)
                    self._state.marks[one.todo.name] = recorded_digest(
                        self._course, one.todo.inputs, book, one.todo.name
                    )
                    if one.marks.moved:
                        who = printable("/".join(one.todo.name))
                        note(f"? {who}: the written answer has changed; mark it again.")
            except (OSError, SQLAlchemyError) as error:
                raise cannot_go_on(self._course, error, "its old or its new marks") from None
            self._state.save(SAVE_INTERVAL_S)
        return refused


def engine(url: str) -> Any:
    """Return an engine whose transactions lock a database of SQLite when they begin.

    Marks that a person saves meanwhile are so either read here or saved afterwards, never lost.
    """
    if sqlite_path(url) is None:
        return create_engine(url)
    made = create_engine(url, connect_args={"timeout": LOCK_TIMEOUT_S})

    @event.listens_for(made, "connect")
    def _(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(made, "begin")
    def _(connection: Any) -> None:
        connection.exec_driver_sql("begin immediate")

    return made


class _Prepared:
    """A submission with its graded notebook, before the gradebook is locked."""

    held = False
    """Whether its marks would be others, although nothing was handed in since."""

    def __init__(
        self, course: Course, unit: Unit, base: UnitNotebook, todo: Todo, present: Present | None
    ):
        self.unit, self.todo, self.marks = unit, todo, Marks()
        self.notebook = base.graded(todo.graded.report, todo.notebook, todo.source)
        self.auto = automatic_marks(self.notebook)
        self.time = parsed_time(todo.stamp)
        self.paths = graded_files(course, todo.name)
        self.before = read_before(unit, *content(self.paths))
        recorded = read_recorded(course, todo.name) if present else None
        self._same = bool(present and recorded and present.same(recorded, todo.graded))

    def now(self, assignment: Assignment, rows: Rows | None) -> Now:
        """Return what is recorded now; the marks of `rows` if they are held."""
        cell = written_cell_id(self.unit.name)
        written = next(
            (
                each.source
                for each in self.notebook.cells
                if each.metadata.get("nbgrader", {}).get("grade_id") == cell
            ),
            "",
        )
        points = {name: most for name, (_, most) in assignment.cells.items()}
        auto = dict(self.auto)
        if self._same and rows is not None:
            old = {name: grade.auto for name, grade in rows.grades.items()}
            self.held = any(auto[name] != old[name] for name in old)
            auto |= old
        return Now(auto, cell, written, self.todo.source, points)

    def write_files(self, mode: int) -> None:
        """Write notebook, module and time into `autograded/`, and remove what else lies there."""
        add_earlier(self.unit, self.notebook, self.marks.earlier)
        notebook, module = self.paths
        folder = notebook.parent
        files = {notebook: as_text(self.notebook)}
        if self.todo.source is not None:
            files[module] = self.todo.source
        if self.todo.stamp:
            files[folder / TIMESTAMP] = f"{self.todo.stamp}\n"
        write_folder(folder, files, mode)


def _write_rows(
    connection: Connection, unit: Unit, new: Sequence[_Prepared], penalties: Penalties
) -> None:
    """Write the rows of some submissions of a unit in the transaction of a connection."""
    if connection.dialect.name == "postgresql":
        # As "begin immediate" of SQLite: others read, and save before or after.
        connection.exec_driver_sql("lock table grade, comment in share row exclusive mode")
    book = database.read(connection.exec_driver_sql, [unit.name])
    assignment = book.assignments[unit.name]
    rows = _Changes()
    for each in new:
        learner = each.todo.name[0]
        before = book.submissions.get(each.todo.name)
        if learner not in book.learners:
            rows.add(api.Student, id=learner)
        present = before or _empty(assignment, unit)
        if before is None:
            rows.insert(assignment, unit, learner, present, each.time)
        elif each.time is not None and each.time != present.timestamp:
            rows.change(api.SubmittedAssignment, present.id, timestamp=each.time)
        present = replace(present, timestamp=each.time or present.timestamp)
        each.marks = mark(present, each.before, each.now(assignment, before))
        rows.marks(present, each.marks)
        after = replace(present, grades=each.marks.grades)
        penalty = penalties.of(learner, assignment, after)
        if penalty != present.penalty:
            rows.change(api.SubmittedNotebook, present.notebook, late_submission_penalty=penalty)
    rows.write(connection)


def _empty(assignment: Assignment, unit: Unit) -> Rows:
    """Return the rows of a submission that the gradebook does not have yet."""
    grades = {name: Grade(api.new_uuid()) for name in sorted(assignment.cells)}
    comments = {name: Comment(api.new_uuid()) for name in sorted(assignment.comments)}
    return Rows(api.new_uuid(), api.new_uuid(), None, None, None, grades, comments)


class _Changes:
    """Rows to be inserted and changed, by table."""

    def __init__(self) -> None:
        self._new: dict[Any, list[dict[str, Any]]] = {}
        self._changed: dict[tuple[Any, tuple[str, ...]], list[dict[str, Any]]] = {}

    def add(self, kind: Any, **values: Any) -> None:
        """Insert a row."""
        self._new.setdefault(kind, []).append(values)

    def change(self, kind: Any, key: str, **values: Any) -> None:
        """Change some values of a row."""
        row = {"its_id": key} | {f"new_{name}": value for name, value in values.items()}
        self._changed.setdefault((kind, tuple(values)), []).append(row)

    def insert(
        self,
        assignment: Assignment,
        unit: Unit,
        learner: str,
        rows: Rows,
        time: datetime.datetime | None,
    ) -> None:
        """Insert a submission without marks."""
        self.add(
            api.SubmittedAssignment,
            id=rows.id, assignment_id=assignment.id, student_id=learner, timestamp=time,
        )  # fmt: skip
        self.add(
            api.SubmittedNotebook,
            id=rows.notebook, assignment_id=rows.id, notebook_id=assignment.notebooks[unit.slug],
            flagged=False,
        )  # fmt: skip
        for name, grade in rows.grades.items():
            cell, _ = assignment.cells[name]
            self.add(
                api.Grade,
                id=grade.id, notebook_id=rows.notebook, cell_id=cell, needs_manual_grade=True,
            )  # fmt: skip
        for name, comment in rows.comments.items():
            cell = assignment.comments[name]
            self.add(api.Comment, id=comment.id, notebook_id=rows.notebook, cell_id=cell)

    def marks(self, rows: Rows, marks: Marks) -> None:
        """Change the marks and comments that are not as they are to be."""
        for name, grade in marks.grades.items():
            if grade != rows.grades[name]:
                self.change(
                    api.Grade, grade.id, auto_score=grade.auto, manual_score=grade.manual,
                    extra_credit=grade.extra, needs_manual_grade=grade.pending,
                )  # fmt: skip
        for name, comment in marks.comments.items():
            if comment != rows.comments[name]:
                self.change(
                    api.Comment, comment.id, auto_comment=comment.auto,
                    manual_comment=comment.manual,
                )  # fmt: skip

    def write(self, connection: Connection) -> None:
        """Write all rows, tables that others refer to first."""
        for kind in (
            api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment
        ):  # fmt: skip
            if kind in self._new:
                connection.execute(kind.__table__.insert(), self._new[kind])
        for (kind, names), rows in self._changed.items():
            table = kind.__table__
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
            change = table.update().where(table.c.id == bindparam("its_id")).values(values)
            connection.execute(change, rows)
