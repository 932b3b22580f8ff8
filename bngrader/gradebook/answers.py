"""When learners may see the right answers of a quiz: once nobody can hand in on time any more.

That is after the due date of the unit and after every extension of it, for all learners at once:
whoever has seen an answer can tell it to a learner whose extension still runs. A unit without a due
date shows the answers at once. Late submissions with a penalty do not delay them.
"""

from __future__ import annotations

import datetime

from ..course.settings import CourseSettings
from .database import Book


def shown_from(rules: CourseSettings, unit: str, book: Book) -> datetime.datetime | None:
    """Return when the answers of a unit may be shown, None for at once.

    Args:
        rules: the course file, whose due dates and extensions come first.
        unit: the unit.
        book: the gradebook, in which nbgrader's own commands may have put dates.
    """
    assignment = book.assignments.get(unit)
    recorded = assignment.due if assignment is not None else None
    due = rules.due.get(unit) or (_in_utc(recorded) if recorded else None)
    if due is None:
        return None
    dates = [due, *(units[unit] for units in rules.extensions.values() if unit in units)]
    dates += [
        due + rows.extension
        for (_, name), rows in book.submissions.items()
        if name == unit and rows.extension
    ]
    return max(dates)


def _in_utc(time: datetime.datetime) -> datetime.datetime:
    """Return a time of the gradebook, which has no zone, with the zone UTC."""
    return time.replace(tzinfo=datetime.UTC) if time.tzinfo is None else time
