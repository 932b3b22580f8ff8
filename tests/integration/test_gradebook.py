"""Each submission is recorded as a whole or not at all, whoever holds the gradebook."""

import contextlib
import os
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.core.report import Report, Status, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.gradebook import converters, database, gradebook, schema, writer
from bnlab.kit.course import unit
from bnlab.kit.formats import check_cell_id
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


def test_a_new_gradebook_has_the_version_of_tables_that_nbgrader_itself_gives_it(graded):
    with contextlib.closing(sqlite3.connect(BOOK)) as base:
        assert base.execute("select version_num from alembic_version").fetchall() == [
            (schema.nbgraders_own(),)
        ]


@pytest.fixture
def before(graded):
    """The gradebook with the assignments and no marks; what is in it and in the course."""
    empty = COURSE.root / "empty.db"
    if not empty.exists():
        shutil.copy(BOOK, empty)
    return afresh()


def afresh():
    shutil.copy(COURSE.root / "empty.db", BOOK)
    (COURSE.root / "recorded.json").unlink(missing_ok=True)
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


def test_a_marker_can_save_while_a_class_is_recorded_and_no_mark_is_lost(
    graded, before, monkeypatch
):
    monkeypatch.setattr(writer, "BATCH", 1)
    assert gradebook.record(COURSE, graded) == []
    saved, waited, done = [], [], threading.Event()

    def save():
        with contextlib.closing(sqlite3.connect(BOOK, 5, isolation_level=None)) as other:
            while not done.is_set():
                begin = time.monotonic()
                other.execute("begin immediate")
                saved.append(len(saved) + 1)
                other.execute("update grade set extra_credit = ?", (saved[-1],))
                other.execute("commit")
                waited.append(time.monotonic() - begin)
                time.sleep(0.005)

    marker = threading.Thread(target=save)
    marker.start()
    try:
        assert gradebook.record(COURSE, changed_class(graded)) == []
    finally:
        done.set()
        marker.join()
    assert len(saved) > 3
    assert max(waited) < 1
    with contextlib.closing(sqlite3.connect(BOOK)) as book:
        assert set(book.execute("select extra_credit from grade")) == {(saved[-1],)}
    assert auto_marks() == auto_points(changed_class(graded))


def test_a_reader_who_does_not_let_go_leaves_the_gradebook_as_it_was_until_we_run_again(
    graded, before, monkeypatch
):
    monkeypatch.setattr(writer, "LOCK_TIMEOUT_S", 0.2)
    with contextlib.closing(sqlite3.connect(BOOK, isolation_level=None)) as other:
        other.execute("begin")
        other.execute("select * from assignment").fetchall()
        with pytest.raises(ValueError, match=r"\(database is locked\).*its old or its new") as told:
            gradebook.record(COURSE, graded)
        assert "\n" not in str(told.value)
        assert dump() == before[0]
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)


def changed_class(graded):
    """The same class with other marks for everybody."""
    return [replace(each, report=turned(each.report)) for each in graded]


def turned(report):
    tasks = (
        replace(task, verdicts=tuple(replace(v, passed=not v.passed) for v in task.verdicts[:1]))
        for task in report.tasks
    )
    return replace(report, tasks=tuple(tasks))


def auto_marks():
    """The automatic marks of check cells in the gradebook, by learner, unit and cell."""
    with contextlib.closing(sqlite3.connect(BOOK)) as book:
        read = database.read(book.execute, UNITS)
    return {
        (*name, cell): grade.auto
        for name, rows in read.submissions.items()
        for cell, grade in rows.grades.items()
        if cell.startswith("check-")
    }


def auto_points(graded):
    return {
        (each.submission.learner, each.submission.unit, check_cell_id(task.task)): task.points
        for each in graded
        for task in each.report.tasks
    }


def killed_at(step, graded):
    """Record and write pages in a process that is killed at its n-th step; whether it got there."""
    pid = os.fork()
    if pid == 0:
        left = [step]

        def count(*_):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def replace_file(*names, whole=os.replace):
            count()
            whole(*names)
            count()

        try:
            os.replace = replace_file
            writer.BATCH = 1
            event.listen(Engine, "begin", count)
            event.listen(Engine, "after_cursor_execute", count)
            event.listen(Engine, "commit", count)
            gradebook.record(COURSE, graded)
            gradebook.write_feedback(COURSE, list(UNITS))
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL


def everything():
    """Rows without their random ids, and the files of the course that a run writes."""
    with contextlib.closing(sqlite3.connect(BOOK)) as book:
        read = database.read(book.execute, UNITS)
    rows = {name: plain(each) for name, each in read.submissions.items()}
    files = {
        path.relative_to(COURSE.root).as_posix(): path.read_bytes()
        for kind in ("autograded", "feedback")
        for path in (COURSE.root / kind).rglob("*")
        if path.is_file()
    }
    return rows, files


def plain(rows):
    grades = {cell: (g.auto, g.manual, g.extra, g.pending) for cell, g in rows.grades.items()}
    comments = {cell: (c.auto, c.manual) for cell, c in rows.comments.items()}
    return rows.timestamp, rows.penalty, grades, comments


def test_killed_at_any_step_each_submission_is_old_or_new_and_a_rerun_completes(graded, before):
    new = changed_class(graded)
    assert gradebook.record(COURSE, graded) + gradebook.write_feedback(COURSE, list(UNITS)) == []
    old_rows, _ = everything()
    save = COURSE.root.with_name(f"{COURSE.root.name}-saved")
    shutil.copytree(COURSE.root, save)
    assert gradebook.record(COURSE, new) + gradebook.write_feedback(COURSE, list(UNITS)) == []
    undisturbed = everything()
    try:
        for step in range(1, 1000, 3):
            for kind in ("autograded", "feedback"):
                shutil.rmtree(COURSE.root / kind)
            shutil.copytree(save, COURSE.root, dirs_exist_ok=True)
            if not killed_at(step, new):
                break
            rows, _ = everything()
            assert all(rows[name] in (old_rows[name], undisturbed[0][name]) for name in rows)
            lines = gradebook.record(COURSE, new) + gradebook.write_feedback(COURSE, list(UNITS))
            assert lines == []
            assert everything() == undisturbed, step
        assert step > 60
    finally:
        shutil.rmtree(save)


def outcome_of_recording(graded, space):
    """Record a class with limited disk space; return how much is recorded."""
    afresh()
    problem = ""
    with space:
        try:
            lines = gradebook.record(COURSE, graded) + gradebook.write_feedback(COURSE, list(UNITS))
        except ValueError as error:
            problem = str(error)
    assert not [name for name in names() if "partial" in name]
    recorded = marks()
    assert all(points(graded)[name] == recorded[name] for name in recorded)
    if not problem:
        assert lines == []
        assert marks() == points(graded)
        assert len(list(COURSE.root.glob("feedback/*/*/*.html"))) == len(graded)
        return "done"
    assert "\n" not in problem
    assert "run again: nothing is judged twice." in problem
    return "some" if recorded else "nothing"


@pytest.mark.parametrize("way", WAYS)
def test_wherever_the_room_ends_each_submission_is_there_or_not_and_a_rerun_completes(
    graded, before, way
):
    """A row, a notebook, a page: each is once the first without room."""
    size = BOOK.stat().st_size
    if way == "limit":
        ends = [
            outcome_of_recording(graded, small_files(limit)) for limit in (1000, size - 1, 2**24)
        ]
    else:
        with small_course():
            sizes = [0, size // 8, *range(2**14, 2**17, 2**14), 2**21]
            ends = [
                outcome_of_recording(graded, limited_space(COURSE.root, size_)) for size_ in sizes
            ]
    assert ends[0] == "nothing"
    assert ends[-1] == "done"


@contextlib.contextmanager
def small_course():
    """The course lies on a small disk while this lasts."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(COURSE.root, copy, dirs_exist_ok=True)
        with small_disk(COURSE.root):
            shutil.copytree(copy, COURSE.root, dirs_exist_ok=True)
            yield


def test_notebooks_that_cannot_be_put_in_place_are_told_and_a_rerun_writes_them(graded, before):
    (COURSE.root / "autograded").write_text("in the way")
    try:
        with pytest.raises(ValueError, match=r"cannot be recorded further .* or its new marks"):
            gradebook.record(COURSE, graded)
    finally:
        (COURSE.root / "autograded").unlink()
    assert gradebook.record(COURSE, graded) == []
    assert marks() == points(graded)
    assert len(list(COURSE.root.glob("autograded/*/*/*.ipynb"))) == len(graded)


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
