"""What a person must still mark."""

from __future__ import annotations

from collections import Counter

from bnlab.kit.course import units
from bnlab.kit.formats import written_cell_id

from ..course.course import Course
from . import database
from .settings import settings, sqlite_path


def waiting(course: Course) -> dict[str, int]:
    """Return how many written answers of each unit wait for a mark; {} without a gradebook.

    Raises:
        GraderError: the gradebook cannot be read.
    """
    url = settings(course).CourseDirectory.db_url
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        return {}
    with database.reader(url) as execute:
        book = database.read(execute, units())
    return dict(
        Counter(
            unit
            for (_, unit), rows in book.submissions.items()
            if (grade := rows.grades.get(written_cell_id(unit))) and grade.pending
        )
    )
