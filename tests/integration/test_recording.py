"""Recording equals what nbgrader's own commands write, and does again only what has changed."""

import contextlib
import io
import json
import os
import shutil
import sqlite3
import warnings

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.authoring.sample_class import make_class
from bngrader.core import solutions
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.journal import Journal
from bngrader.course.submissions import find
from bngrader.gradebook import converters, database, gradebook
from bnlab.kit.course import unit, units

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
CELL = "written-moments"


def fake_run(jobs):
    """Reports without a judge, which depend on the text of the module."""
    for job in jobs:
        passed = len(job.source or "") % 2 == 0
        verdicts = (Verdict("a", "holds", True), Verdict("b", "<b>fails", passed, "2 < 3"))
        tasks = (TaskReport(each.name, each.points, verdicts) for each in unit(job.unit).tasks)
        yield job, Report(job.unit, tuple(tasks))


def release(course, names):
    for name in names:
        source = course.root / "source" / name / f"{unit(name).slug}.ipynb"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(notebook_bytes(unit(name)))
        converters.assignment(course, name)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A course with all assignments and no submissions."""
    course = Course(tmp_path_factory.mktemp("released"))
    release(course, units())
    return course


@pytest.fixture
def course(released, tmp_path):
    shutil.copytree(released.root, tmp_path / "course")
    return Course(tmp_path / "course")


def record(course):
    """Grade, record and write all pages; return the notes."""
    found = find(course.submitted)[0]
    notes = []
    graded = grade(found, b"s", fake_run)
    assert gradebook.record(course, graded, note=notes.append) == []
    assert gradebook.write_feedback(course, list(dict.fromkeys(f.unit for f in found))) == []
    return notes


def book(course):
    with contextlib.closing(sqlite3.connect(course.gradebook)) as base:
        return database.read(base.execute, units())


def rows(course):
    def plain(each):
        grades = {k: (g.auto, g.manual, g.extra, g.pending) for k, g in each.grades.items()}
        comments = {k: (c.auto, c.manual) for k, c in each.comments.items()}
        return each.timestamp, each.extension, each.penalty, grades, comments

    return {name: plain(each) for name, each in book(course).submissions.items()}


def files(course):
    return {
        f"{kind}/{path.relative_to(course.root / kind).as_posix()}": path.read_bytes()
        for kind in ("autograded", "feedback")
        for path in (course.root / kind).rglob("*")
        if path.is_file()
    }


def by_nbgrader(course):
    """Record and write pages by nbgrader's own converters, with the same reports."""
    found = find(course.submitted)[0]
    with Journal(course.journal()) as journal:
        grade(found, course.secret(), fake_run, journal)
    for name in dict.fromkeys(each.unit for each in found):
        for kind in (converters.autograde, converters.feedback):
            with contextlib.redirect_stderr(io.StringIO()):
                kind(course, name).start()


def test_rows_notebooks_and_pages_equal_those_of_nbgraders_own_commands(course, tmp_path):
    make_class(course.submitted, seed=3, per_learner=1)
    for learner in sorted(course.submitted.iterdir())[20:]:
        shutil.rmtree(learner)
    for number, path in enumerate(sorted(course.submitted.glob("*/*"))):
        (path / "timestamp.txt").write_text(f"2026-11-20 12:0{number % 10}:00 UTC\n")
    other = Course(tmp_path / "other")
    shutil.copytree(course.root, other.root)
    record(course)
    by_nbgrader(other)
    assert len(rows(course)) == 20
    assert rows(course) == rows(other)
    ours, theirs = files(course), files(other)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def hand_in(course, learner, text="", module=None, name="moments"):
    folder = course.submitted / learner / name
    (folder / "bnlab").mkdir(parents=True, exist_ok=True)
    (folder / "bnlab" / f"{name}.py").write_text(module or solutions.solved(name))
    content = json.loads(notebook_bytes(unit(name)))
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"written-{name}" and text:
            cell["source"] = [text]
    (folder / f"{unit(name).slug}.ipynb").write_text(json.dumps(content))
    return folder


def written_files(course):
    """The times of all files of the course, to find out which were written."""
    return {
        path: path.stat().st_mtime_ns
        for path in [course.gradebook, *course.root.glob("*/*/*/*"), *course.root.glob("*/*/*/*/*")]
        if path.is_file()
    }


def test_again_with_nothing_new_no_file_is_written_and_nbgrader_is_not_needed(course, monkeypatch):
    for learner in ("ada", "bo"):
        hand_in(course, learner, "an answer")
    record(course)
    before = written_files(course)
    monkeypatch.setattr(converters, "load_nbgrader", None)
    assert record(course) == []
    assert written_files(course) == before


@pytest.fixture
def three(course):
    """Three learners, recorded."""
    for learner in ("ada", "bo", "cy"):
        hand_in(course, learner, f"an answer of {learner}")
    record(course)
    return course


def pages(course):
    return {p.parent.parent.name: p.stat().st_mtime_ns for p in course.feedback.glob("*/*/*.html")}


def page(course, learner):
    return (course.feedback / learner / "moments" / "02_moments.html").read_text()


def changed_pages(course, before):
    return {learner for learner, when in pages(course).items() if before.get(learner) != when}


def edit(course, learner, score=None, comment=None, pending=False):
    """Save a mark and a comment as the formgrader does."""
    with Gradebook(f"sqlite:///{course.gradebook}") as base:
        mark = base.find_grade(CELL, "02_moments", "moments", learner)
        mark.manual_score, mark.needs_manual_grade = score, pending
        base.find_comment(CELL, "02_moments", "moments", learner).manual_comment = comment
        base.db.commit()


def test_a_new_submission_a_mark_and_a_lost_page_are_written_and_nothing_else(three):
    before = pages(three)
    hand_in(three, "di", "late")
    record(three)
    assert changed_pages(three, before) == {"di"}
    before = pages(three)
    edit(three, "bo", 1.5, "Good thought.")
    record(three)
    assert changed_pages(three, before) == {"bo"}
    assert "Good thought." in page(three, "bo")
    before = pages(three)
    (three.feedback / "ada" / "moments" / "02_moments.html").unlink()
    shutil.rmtree(three.autograded / "cy")
    record(three)
    assert changed_pages(three, before) == {"ada"}  # that of cy is as it was
    assert (three.autograded / "cy" / "moments" / "02_moments.ipynb").exists()
    before = pages(three)
    hand_in(three, "ada", "an answer of ada", solutions.solved("moments") + "\n# more")
    record(three)
    assert changed_pages(three, before) == {"ada"}


def test_a_moved_due_date_changes_penalties_and_pages(three, monkeypatch):
    loaded = gradebook.record.__globals__["settings"]

    def strict(course):
        config = loaded(course)
        config.LateSubmissionPlugin.penalty_method = "zero"
        return config

    for module in (gradebook.record.__globals__, gradebook.write_feedback.__globals__):
        monkeypatch.setitem(module, "settings", strict)
    monkeypatch.setattr(converters, "settings", strict)
    for learner in ("ada", "bo", "cy"):
        stamp = three.submitted / learner / "moments" / "timestamp.txt"
        stamp.write_text("2026-11-20 12:00:00 UTC\n")
    for due, late in (("2026-11-20 11:00:00 UTC", True), ("2026-11-20 13:00:00 UTC", False)):
        with Gradebook(f"sqlite:///{three.gradebook}") as base:
            base.update_or_create_assignment("moments", duedate=due)
        record(three)
        assert all((each.penalty is not None) == late for each in book(three).submissions.values())
        assert ("late submission penalty" in page(three, "ada")) == late


def test_a_restored_gradebook_is_recorded_anew(three):
    now = rows(three)
    with contextlib.closing(sqlite3.connect(three.gradebook)) as base:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            base.execute(f"delete from {table}")
        base.commit()
    record(three)
    assert rows(three) == now


def test_manual_marks_survive_and_only_unmarked_wordings_wait(three):
    def waiting():
        return {n for (n, _), r in book(three).submissions.items() if r.grades[CELL].pending}

    assert waiting() == {"ada", "bo", "cy"}
    edit(three, "ada", 2.0, "Excellent argument.")
    edit(three, "bo", 1.0, "Half of it.")
    record(three)
    record(three)
    assert waiting() == {"cy"}
    assert book(three).submissions["ada", "moments"].grades[CELL].manual == 2.0
    hand_in(three, "ada", "I do not know.")
    notes = record(three)
    assert waiting() == {"ada", "cy"}
    assert notes == ["? ada/moments: the written answer has changed; mark it again."]
    text = page(three, "ada")
    assert "I do not know." in text
    assert "Not marked yet." in text
    assert "Excellent argument." not in text
    assert "2 of 11 points are not marked yet" in text
    marker = (three.autograded / "ada" / "moments" / "02_moments.ipynb").read_text()
    for shown in ("Excellent argument.", "2 of 2 points", "an answer of ada", "I do not know."):
        assert shown in marker
    edit(three, "ada", 0.0, "Please try.")
    assert record(three) == []
    assert waiting() == {"cy"}
    assert "Please try." in page(three, "ada")
    hand_in(three, "ada", "an answer of ada")
    record(three)
    assert waiting() == {"cy"}
    assert "Excellent argument." in page(three, "ada")
    assert "Please try." not in page(three, "ada")
    assert "Half of it." in page(three, "bo")


def test_a_mark_in_place_of_an_automatic_one_waits_only_if_the_code_has_changed(three):
    def edit_check():
        with Gradebook(f"sqlite:///{three.gradebook}") as base:
            mark = base.find_grade("check-normalize", "02_moments", "moments", "ada")
            mark.manual_score, mark.needs_manual_grade = 3.0, False
            base.db.commit()

    def check():
        return book(three).submissions["ada", "moments"].grades["check-normalize"]

    edit_check()
    record(three)
    assert (check().manual, check().pending) == (3.0, False)
    hand_in(three, "ada", "an answer of ada", "x = 1")
    record(three)
    assert (check().manual, check().pending) == (3.0, True)


def test_learners_with_brackets_stars_and_umlauts_have_pages(course):
    names = ["a[b]", "c*", "Ä ö?", "it's", "x{y}", "$HOME", "50%"]
    for name in names:
        hand_in(course, name, "an answer")
    record(course)
    assert set(pages(course)) == set(names)


def test_what_an_earlier_version_left_in_the_folders_is_removed(three):
    for kind in (three.autograded, three.feedback):
        (kind / "ada" / "moments" / "secret.txt").write_text("copied by an earlier version")
        (kind / "ada" / "moments" / "link").symlink_to(three.root / "gradebook.db")
    hand_in(three, "ada", "another answer")
    record(three)
    left = {p.name for k in (three.autograded, three.feedback) for p in (k / "ada").rglob("*")}
    assert not left & {"secret.txt", "link"}
    assert os.path.exists(three.gradebook)
