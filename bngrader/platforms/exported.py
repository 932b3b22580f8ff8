"""`results.json` of a class that has been graded here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..core.files import write_atomically
from ..course.course import Course
from ..course.grade import graded_before
from ..course.journal import Journal
from ..course.submissions import find
from .results import results, text


def write_results(course: Course, units: Sequence[str], folder: Path) -> tuple[int, list[str]]:
    """Write `<learner>/<unit>/results.json` for each graded submission, from the journal.

    Returns:
        How many were written, and a line for each submission that has not been graded as it is.
    """
    wanted = [each for each in find(course.submitted)[0] if each.unit in units]
    with Journal(course.journal()) as journal:
        graded, others = graded_before(wanted, course.secret(), journal, course.units())
    for each in graded:
        path = folder / each.submission.learner / each.submission.unit / "results.json"
        write_atomically(path, text(results(each.report)))
    return len(graded), [f"{each.learner}/{each.unit}: not graded yet." for each in others]
