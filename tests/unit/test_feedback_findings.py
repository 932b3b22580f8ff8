"""What a learner reads about failed properties: each problem once, and links to the book."""

from types import SimpleNamespace

import pytest

from bngrader.core.report import RecognisedMistake, Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import Graded
from bngrader.course.report.page import class_page
from bngrader.course.report.situation import situation
from bngrader.course.submissions import Submission
from bngrader.gradebook.feedback_page import Finding, findings_of
from bngrader.gradebook.pages import _Surroundings

IMPORT = "the module cannot be imported: No module named 'pandas'"


def of(*rows):
    return TaskReport("t", 4, tuple(Verdict("t", *row) for row in rows))


def test_properties_that_fail_with_one_problem_are_one_finding():
    report = of(
        ("one", False, IMPORT), ("two", True), ("three", False, IMPORT), ("four", False, "x")
    )
    assert findings_of([("task", report)])["task"] == [
        Finding(False, ["one", "three"], IMPORT),
        Finding(False, ["four"], "x"),
        Finding(True, ["two"]),
    ]


def test_a_problem_of_every_task_is_in_full_once_and_then_named():
    report = of(("one", False, IMPORT), ("two", False, IMPORT))
    found = findings_of([("a", report), ("b", report), ("c", report)])
    assert [each.above for row in found.values() for each in row] == ["", "a", "a"]


def test_properties_that_fail_without_a_reason_are_not_joined():
    found = findings_of([("a", of(("one", False), ("two", False)))])
    assert [each.properties for each in found["a"]] == [["one"], ["two"]]


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.delenv("BOOK_BASE_URL", raising=False)
    made = Course(tmp_path)
    made.file.write_text('book = "https://example.org/norms/"\n')
    return made


def test_pages_and_report_link_to_the_book_where_the_notebooks_do(course, tmp_path):
    surroundings = _Surroundings(course, SimpleNamespace(assignments={}))
    assert surroundings.of(("ada", "moments")).book == "https://example.org/norms/book"
    mistake = RecognisedMistake("m", "Your variance is divided by N - 1.", "02_moments.html#x")
    task = TaskReport("batch_moments", 4, (Verdict("t", "holds", False),), (mistake,))
    graded = [Graded(Submission("ada", "moments", tmp_path), Report("moments", (task,)))]
    page = class_page(graded, situation(course, graded))
    assert '<a href="https://example.org/norms/book/02_moments.html#x">' in page
    course.file.write_text("")
    assert '<a href="http' not in class_page(graded, situation(course, graded))
