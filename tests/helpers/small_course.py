"""A small course with recorded marks, and a grader without a judge whose tests can be changed."""

from __future__ import annotations

import json

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.main import main
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.gradebook import converters
from bnlab.kit.course import unit

from .downloads import laid_out, work

LEARNERS = ("ada", "bo", "cy", "=dee")


class Grader:
    """A grader without a judge, whose hidden tests a test can change.

    Attributes:
        tests: the hidden tests of every task; "even" fails the modules of an odd length.
    """

    tests = ("holds", "even")

    def __call__(self, jobs):
        for job in jobs:
            even = len(job.source or "") % 2 == 0
            verdicts = tuple(Verdict(each, each, even or each == "holds") for each in self.tests)
            tasks = (TaskReport(each.name, each.points, verdicts) for each in unit(job.unit).tasks)
            yield job, Report(job.unit, tuple(tasks))


def answered(words, grams=0):
    """A notebook with a written answer and an answer to a question."""
    notebook = json.loads(notebook_bytes(unit("moments")))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "written-moments":
            cell["source"] = words
        if name == "quiz-grams":
            cell["source"] = f"grams = {grams}"
    return json.dumps(notebook).encode()


def record_class(root):
    """Make a course of one unit with the marks of four learners; return it."""
    course = Course(root)
    course.root.mkdir(parents=True, exist_ok=True)
    course.file.write_text("[due]\nmoments = 2026-11-20T12:00:00Z\n[late]\npercent_per_day = 10\n")
    notebook = {f"source/moments/{unit('moments').slug}.ipynb": notebook_bytes(unit("moments"))}
    laid_out(course.root, notebook)
    converters.assignment(course, "moments")
    for number, who in enumerate(LEARNERS):
        files = work("x" * number) | {"moments/02_moments.ipynb": answered(f"{who} says", number)}
        files["moments/timestamp.txt"] = b"2026-11-21 10:00:00 UTC\n"  # one day late
        laid_out(course.submitted / who, files)
    with pytest.MonkeyPatch.context() as patch:
        made = Grader()
        patch.setattr(
            "bngrader.cli.grade.judged",
            lambda o, course, mine, s, d: grade(mine, s, made, units=course.units()),
        )
        assert main(["grade", "--gradebook", "--course", str(course.root)]) == 0
    return course


def marks(course):
    """Points of each cell by learner, and what a person said and took off."""
    found = {}
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        for each in book.find_assignment("moments").submissions:
            (notebook,) = each.notebooks
            found[each.student.id] = (
                {g.name: (g.auto_score, g.manual_score, g.max_score) for g in notebook.grades},
                {c.name: c.manual_comment for c in notebook.comments},
                round(notebook.late_submission_penalty or 0, 6),
            )
    return found
