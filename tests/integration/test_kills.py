"""A command that is killed at any change of a file leaves nothing that its next run cannot mend."""

import os
import random
import shutil
import warnings

import pytest
from nbgrader.api import Gradebook

from bngrader.cli.main import main
from bngrader.course.course import Course
from bngrader.course.grade import grade
from tests.helpers.downloads import laid_out, packed, tree, work
from tests.helpers.kills import run_and_kill
from tests.helpers.small_course import Grader, marks, record_class

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
POINTS = int(os.environ.get("BNGRADER_KILLS", "2"))
"""The number of points at which each command is killed."""

COMMANDS = {
    "collect": ["collect", "DOWNLOAD"],
    "regrade": ["regrade", "--reason", "another test"],
    "undo": ["regrade", "--undo"],
    "feedback": ["feedback", "--for", "plain"],
    "export": ["export", "--unmarked"],
}


@pytest.fixture
def grader(monkeypatch):
    made = Grader()

    def judged(options, course, mine, secret, device):
        return grade(mine, secret, made, units=course.units())

    monkeypatch.setattr("bngrader.cli.regrade.judged", judged)
    return made


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A course with marks, a mark by hand that no page shows yet, and a download."""
    course = record_class(tmp_path_factory.mktemp("recorded") / "course")
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        row = book.find_grade("written-moments", "02_moments", "moments", "ada")
        row.manual_score, row.needs_manual_grade = 2, False
        book.db.commit()
    download = {f"{who}_{n}.zip": packed(work(f"{who} {n}", time=f"2026-11-0{n}T10:00:00Z"))
                for who in ("ada", "eve", "fay") for n in (1, 2)}  # fmt: skip
    laid_out(course.root.parent / "download", download)
    return course


def state(course):
    """All that a teacher or a learner can see; the number of a row and a date are left out."""
    files = {
        name: data
        for name, data in tree(course.root).items()
        if name.partition("/")[0] in ("submitted", "autograded", "feedback", "returned")
        or name.endswith(".csv")
    }
    return files, marks(course)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_killed_command_leaves_nothing_that_its_next_run_does_not_mend(
    recorded, tmp_path, grader, command
):
    if command in ("regrade", "undo"):
        grader.tests = ("holds", "even", "new")
    start = recorded
    if command == "undo":
        start = Course(shutil.copytree(recorded.root, tmp_path / "regraded"))
        assert main(["regrade", "--reason", "another test", "--course", str(start.root)]) == 0
    words = [
        str(recorded.root.parent / "download") if word == "DOWNLOAD" else word
        for word in COMMANDS[command]
    ]

    def fresh(name):
        return Course(shutil.copytree(start.root, tmp_path / name))

    def run(course):
        # an undo that was killed after its last step is done, and 2 says so
        done = (0, 1, 2) if command == "undo" else (0, 1)
        assert main([*words, "--course", str(course.root)]) in done

    undisturbed = fresh("undisturbed")
    changes = run_and_kill(lambda: run(undisturbed), undisturbed.root)
    assert changes > 0
    wanted = state(undisturbed)
    all_points = range(1, changes + 1)
    points = random.Random(f"seed {command}").sample(all_points, min(POINTS, changes))
    for at in sorted(points):
        course = fresh(f"at-{at}")
        run_and_kill(lambda course=course: run(course), course.root, at)
        run_and_kill(lambda course=course: run(course), course.root)
        assert state(course) == wanted, f"killed before change {at} of {changes}"
        if command == "regrade":
            assert main(["regrade", "--undo", "--course", str(course.root)]) == 0
        if command in ("regrade", "undo"):
            assert automatic(course) == automatic(recorded)


def automatic(course):
    """The points of each cell by learner, as the gradebook has them."""
    return {who: row[0] for who, row in marks(course).items()}
