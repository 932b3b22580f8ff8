"""Due dates, extensions and penalties of the course file, as nbgrader's gradebook has them."""

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.grade import record
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.gradebook import converters
from bnlab.kit.course import unit
from tests.helpers.downloads import laid_out, work

# nbgrader uses its database in a way that SQLAlchemy warns of.
pytestmark = pytest.mark.filterwarnings("ignore")
HANDED_IN = {"ada": "2026-11-20 10:00:00", "bo": "2026-11-21 10:00:00", "cy": "2026-11-21 10:00:00"}
RULES = """
[due]
moments = 2026-11-20T12:00:00Z
[extensions]
cy = { moments = 2026-11-22T12:00:00Z }
[late]
percent_per_day = 25
"""


def everything(jobs):
    """Reports without a judge: everybody passes."""
    for job in jobs:
        tasks = (
            TaskReport(each.name, each.points, (Verdict("a", "first", True),))
            for each in unit(job.unit).tasks
        )
        yield job, Report(job.unit, tuple(tasks))


def rows(course):
    """What the gradebook says about lateness: seconds and points."""
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        found = {who: book.find_submission("moments", who) for who in HANDED_IN}
        return {
            who: (each.total_seconds_late, each.late_submission_penalty / each.score)
            for who, each in found.items()
        }


def test_lateness_follows_the_course_file_and_goes_when_the_date_is_moved(tmp_path):
    course = Course(tmp_path)
    notebook = {f"source/moments/{unit('moments').slug}.ipynb": notebook_bytes(unit("moments"))}
    laid_out(course.root, notebook)
    for who, when in HANDED_IN.items():
        files = work(who) | {"moments/timestamp.txt": f"{when} UTC\n".encode()}
        laid_out(course.submitted / who, files)
    converters.assignment(course, "moments")
    graded = grade(find(course.submitted)[0], b"tests", everything)
    course.file.write_text(RULES)
    assert record(course, graded) == []
    assert rows(course) == {"ada": (0, 0), "bo": (22 * 3600, 0.25), "cy": (0, 0)}
    course.file.write_text(RULES.replace("2026-11-20T12", "2026-11-21T12"))
    assert record(course, graded) == []
    assert rows(course) == {"ada": (0, 0), "bo": (0, 0), "cy": (0, 0)}
