"""A class is recorded as a whole or not at all, whoever holds the gradebook and whatever ends."""

import contextlib
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.core.report import Report, Status, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.gradebook import converters, gradebook
from bnlab.kit.course import unit
from tests.helpers.disk_full import WAYS, limited_space, small_disk, small_files

SECRET = b"tests"
UNITS = ("scaling", "moments")
COURSE = Course(Path(tempfile.mkdtemp(prefix="bngrader-gradebook-")))
BOOK = COURSE.gradebook
# nbgrader uses its database in a way that SQLAlchemy warns of.
pytestmark = pytest.mark.filterwarnings("ignore")


def hand_in(learner, name, source, notebook=True):
    folder = COURSE.root / "submitted" / learner / name
    (folder / "bnlab").mkdir(parents=True)
    (folder / "bnlab" / f"{name}.py").write_text(source)
    if notebook:
        (folder / f"{unit(name).slug}.ipynb").write_bytes(notebook_bytes(unit(name)))


def fake_run(jobs):
    """Reports without a judge: ada passes all hidden tests, bo half of them."""
    for job in jobs:
        verdicts = (Verdict("a", "first", True), Verdict("b", "second", job.learner == "ada"))
        tasks = (TaskReport(each.name, each.points, verdicts) for each in unit(job.unit).tasks)
        yield job, Report(job.unit, tuple(tasks))


@pytest.fixture(scope="module")
def graded():
    """Two learners and two units, judged; one of them has lost her notebook."""
    for name in UNITS:
        source = COURSE.root / "source" / name / f"{unit(name).slug}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes(notebook_bytes(unit(name)))
        converters.assignment(COURSE, name)
        hand_in("ada", name, solutions.solved(name))
        hand_in("bo", name, solutions.mistakes(name)[0].source, notebook=name == "scaling")
    yield grade(find(COURSE.submitted)[0], SECRET, fake_run)
    shutil.rmtree(COURSE.root)


@pytest.fixture
def before(graded):
    """The gradebook with the assignments and no marks; what is in it and in the course."""
    empty = COURSE.root / "empty.db"
    if not empty.exists():
        shutil.copy(BOOK, empty)
    return afresh()


def afresh():
    shutil.copy(COURSE.root / "empty.db", BOOK)
    for each in ("autograded", "feedback"):
        shutil.rmtree(COURSE.root / each, ignore_errors=True)
    return dump(), names()


def dump():
    with contextlib.closing(sqlite3.connect(BOOK)) as base:
        return "\n".join(base.iterdump())


def names():
    return sorted(path.relative_to(COURSE.root).as_posix() for path in COURSE.root.rglob("*"))


def marks():
    """The points that the gradebook has, by learner and unit; None for whoever is not there."""
    with Gradebook(f"sqlite:///{BOOK}") as book:
        return {
            (each.student.id, assignment.name): each.score
            for assignment in book.assignments
            for each in assignment.submissions
        }


def points(graded):
    return {(e.submission.learner, e.submission.unit): e.report.points for e in graded}


def test_every_mark_is_recorded_with_or_without_a_notebook_and_again_changes_none(graded, before):
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)
    assert marks()["bo", "moments"] > 0
    assert gradebook.write_feedback(COURSE, list(UNITS)) == []
    pages = {path.parent.parent.name for path in COURSE.root.glob("feedback/*/moments/*.html")}
    assert pages == {"ada", "bo"}
    assert not [name for name in names() if "partial" in name]
    tidy = names()
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)
    assert names() == tidy


def test_who_takes_the_gradebook_in_the_middle_cannot_write_and_loses_us_nothing(graded, before):
    said = []

    def grab(_):
        with contextlib.closing(sqlite3.connect(BOOK, 0.1, isolation_level=None)) as other:
            assert other.execute("select count(*) from submitted_assignment").fetchone() == (0,)
            try:
                other.execute("begin exclusive")
            except sqlite3.OperationalError as error:
                said.append(str(error))

    assert gradebook.record(COURSE, graded, grab) == []
    assert said == ["database is locked"] * len(UNITS)
    assert marks() == points(graded)


def test_a_reader_who_does_not_let_go_leaves_the_gradebook_as_it_was_until_we_run_again(
    graded, before, monkeypatch
):
    monkeypatch.setattr(gradebook, "LOCK_TIMEOUT_S", 0.2)
    with contextlib.closing(sqlite3.connect(BOOK, isolation_level=None)) as other:

        def read(_):
            if not other.in_transaction:
                other.execute("begin")
                other.execute("select * from assignment").fetchall()

        with pytest.raises(
            ValueError, match=r"\(database is locked\).*no mark was changed"
        ) as told:
            gradebook.record(COURSE, graded, read)
        assert "\n" not in str(told.value)
        assert (dump(), names()) == before
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)


KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from bngrader.course.course import Course
from bngrader.gradebook import gradebook
end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
course, graded = Course(Path(sys.argv[2])), pickle.load(sys.stdin.buffer)
if sys.argv[1] == "first":
    gradebook.record(course, graded, end)

class Book:
    '''A connection that ends the process where it would commit.'''
    def __init__(self, book):
        self.executemany = book.executemany
        self.execute = lambda text: end() if text == "commit" else book.execute(text)

whole = gradebook._replace_rows
if sys.argv[1] == "commit":
    gradebook._replace_rows = lambda book, copy: whole(Book(book), copy)
if sys.argv[1] == "moves":
    gradebook._move = end
gradebook.record(course, graded)
"""


@pytest.mark.parametrize("when", ["first", "commit", "moves"])
def test_killed_while_it_records_it_has_recorded_nothing_or_all_and_runs_again(
    graded, before, when
):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, when, str(COURSE.root)],
        input=pickle.dumps(graded), cwd=solutions.ROOT, env=dict(os.environ), capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    if when == "moves":
        assert marks() == points(graded)
    else:
        assert dump() == before[0]
        assert not (COURSE.root / "autograded").exists()
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)
    assert not [name for name in names() if "partial" in name]


def outcome_of_recording(graded, space):
    """Record a class with limited disk space; return what is recorded, which is all or nothing."""
    empty = afresh()
    problem = ""
    with space:
        try:
            lines = gradebook.record(COURSE, graded) + gradebook.write_feedback(COURSE, list(UNITS))
        except ValueError as error:
            problem = str(error)
    assert not [name for name in names() if "partial" in name]
    if not problem:
        assert lines == []
        assert marks() == points(graded)
        assert len(list(COURSE.root.glob("feedback/*/*/*.html"))) == len(graded)
        return "done"
    assert "\n" not in problem
    assert "run again: nothing is judged twice." in problem
    if "all marks are recorded" in problem:
        assert marks() == points(graded)
        return "no feedback"
    assert "no mark was changed" in problem
    assert (dump(), names()) == empty
    return "nothing"


@pytest.mark.parametrize("way", WAYS)
def test_wherever_the_room_ends_all_marks_are_there_or_none_and_a_rerun_completes(
    graded, before, way
):
    """The copy of the gradebook, a row, a notebook, a page: each is once the first without room."""
    size = BOOK.stat().st_size
    if way == "limit":
        ends = [
            outcome_of_recording(graded, small_files(limit)) for limit in (1000, size - 1, 2**24)
        ]
        with small_files(1000), pytest.raises(ValueError, match="all marks are recorded"):
            gradebook.write_feedback(COURSE, list(UNITS))
        assert gradebook.write_feedback(COURSE, list(UNITS)) == []
    else:
        with small_course():
            sizes = [0, size // 2, *range(size + 2**13, size + 2**18, 2**15), 2**21]
            ends = [
                outcome_of_recording(graded, limited_space(COURSE.root, size_)) for size_ in sizes
            ]
    assert ends[:2] == ["nothing", "nothing"]
    assert ends[-1] == "done"
    assert ends == sorted(ends, key=["nothing", "no feedback", "done"].index)


@contextlib.contextmanager
def small_course():
    """The course lies on a small disk while this lasts."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(COURSE.root, copy, dirs_exist_ok=True)
        with small_disk(COURSE.root):
            shutil.copytree(copy, COURSE.root, dirs_exist_ok=True)
            yield


def test_notebooks_that_cannot_be_put_in_place_are_told_and_the_marks_are_said_to_be_there(
    graded, before
):
    (COURSE.root / "autograded").write_text("in the way")
    try:
        with pytest.raises(ValueError, match="all marks are recorded, but some graded notebooks"):
            gradebook.record(COURSE, graded)
    finally:
        (COURSE.root / "autograded").unlink()
    assert marks() == points(graded)
    assert gradebook.record(COURSE, graded) == []


def test_a_late_submission_has_the_penalty_that_the_teacher_chose(graded, before, monkeypatch):
    loaded = converters.load_nbgrader

    def strict(course):
        app = loaded(course)
        app.config.LateSubmissionPlugin.penalty_method = "zero"
        return app

    monkeypatch.setattr(converters, "load_nbgrader", strict)
    with Gradebook(f"sqlite:///{BOOK}") as book:
        book.update_or_create_assignment("moments", duedate="2026-11-20 12:00:00 UTC")
    stamps = {"ada": "2026-11-20 11:59:59.000000 UTC\n", "bo": "2026-11-20 12:30:00.000000 UTC\n"}
    files = {who: COURSE.root / "submitted" / who / "moments" / "timestamp.txt" for who in stamps}
    try:
        for who, path in files.items():
            path.write_text(stamps[who])
        assert gradebook.record(COURSE, graded) == []
        with Gradebook(f"sqlite:///{BOOK}") as book:
            late = {who: book.find_submission("moments", who) for who in stamps}
            assert {who: each.total_seconds_late for who, each in late.items()} == {
                "ada": 0,
                "bo": 1800,
            }
            assert late["bo"].late_submission_penalty == points(graded)["bo", "moments"] > 0
            assert late["ada"].late_submission_penalty == 0
    finally:
        for path in files.values():
            path.unlink()


def test_one_that_nbgrader_cannot_take_has_a_line_and_the_others_their_marks(graded, before):
    odd = COURSE.root / "submitted" / "bo" / "moments" / "timestamp.txt"
    odd.write_text("yesterday evening")
    try:
        (line,) = gradebook.record(COURSE, graded)
        assert line.startswith("bo/moments: not recorded, ")
        assert line.count("\n") == 0
        assert marks() == {k: v for k, v in points(graded).items() if k != ("bo", "moments")}
    finally:
        odd.unlink()


def test_what_was_not_judged_and_a_name_that_nbgrader_cannot_read_are_not_recorded(graded, before):
    first, *others = graded
    newline = replace(first.submission, learner="a\nda")
    unjudged = replace(first.report, status=Status.NOT_JUDGED)
    changed = [replace(first, report=unjudged), replace(first, submission=newline), *others]
    lines = gradebook.record(COURSE, changed)
    assert sorted(lines) == [
        "a?da/scaling: not recorded, the name contains characters that nbgrader does not support.",
        "ada/scaling: not recorded, it was not judged.",
    ]
    assert marks() == points(others)
