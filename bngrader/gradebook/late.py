"""Due dates, extensions and late penalties of the course file, in nbgrader's gradebook."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.plugins import LateSubmissionPlugin
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ..course.course import Course
from ..course.settings import CourseSettings
from .changes import cannot_go_on
from .settings import settings as nbgrader_settings
from .writer import engine


class CoursePolicy(LateSubmissionPlugin):
    """The late penalty of the course file; without one, that of nbgrader's configuration."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that are taken off, None if there is no penalty."""
        course = Course(Path(self.config.CourseDirectory.root))
        late = course.settings().late_for(self._unit())
        if late is None:
            penalty: float | None = super().late_submission_penalty(
                student_id, score, total_seconds_late
            )
            return penalty
        return late.points_off(score, timedelta(seconds=total_seconds_late))

    def _unit(self) -> str:
        """Return the unit; nbgrader does not tell a plugin, so it is that of the converter."""
        name = getattr(self.parent, "assignment_id", "")
        return str(name or self.parent.parent.coursedir.assignment_id)


def write_dates(course: Course) -> bool:
    """Write the due dates and extensions of the course file; return whether one was another.

    Units without a due date in the course file keep those of the gradebook.

    Raises:
        GraderError: the gradebook cannot be written.
    """
    rules = course.settings()
    if not rules.due:
        return False
    made = engine(nbgrader_settings(course).CourseDirectory.db_url)
    try:
        with made.begin() as connection:
            return any([_write_unit(connection, rules, unit) for unit in rules.due])
    except SQLAlchemyError as error:
        raise cannot_go_on(course, error, "its old marks") from None
    finally:
        made.dispose()


def _write_unit(connection: Any, rules: CourseSettings, unit: str) -> bool:
    assignment, handed = api.Assignment.__table__, api.SubmittedAssignment.__table__
    due = rules.due[unit]
    row = connection.execute(
        select(assignment.c.id, assignment.c.duedate).where(assignment.c.name == unit)
    ).first()
    if row is None:
        return False
    changed = row.duedate != due.replace(tzinfo=None)
    if changed:
        connection.execute(
            assignment.update()
            .where(assignment.c.id == row.id)
            .values(duedate=due.replace(tzinfo=None))
        )
    submissions = connection.execute(
        select(handed.c.id, handed.c.student_id, handed.c.extension).where(
            handed.c.assignment_id == row.id
        )
    ).all()
    for each in submissions:
        later = rules.due_for(each.student_id, unit) or due
        extension = later - due if later > due else None
        if each.extension != extension:
            changed = True
            connection.execute(
                handed.update().where(handed.c.id == each.id).values(extension=extension)
            )
    return changed
