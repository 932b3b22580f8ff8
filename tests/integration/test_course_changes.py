"""A course that changes in the term: points, cells, units, another database."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tomllib
import warnings

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring import release
from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.core.files import write_atomically
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.gradebook import doctor, gradebook
from bnlab.kit.course import unit, units
from bnlab.kit.formats import PAGES
from tests.helpers.downloads import laid_out

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
TWO = {name: each for name, each in units().items() if name in ("scaling", "moments")}


def run(jobs):
    for job in jobs:
        verdicts = (Verdict("a", "first", True),)
        tasks = (TaskReport(each.name, each.points, verdicts) for each in unit(job.unit).tasks)
        yield job, Report(job.unit, tuple(tasks))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two units."""
    made = Course(tmp_path / "course")
    gone = [name for name in units() if name not in TWO]
    write_atomically(made.file, f"left_out = {gone}\n")
    for each in TWO.values():
        source = made.root / "source" / each.name / f"{each.slug}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes(notebook_bytes(each))
    return made


def hand_in(course, learner):
    folder = course.submitted / learner / "moments"
    (folder / "bnlab").mkdir(parents=True)
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    (folder / f"{unit('moments').slug}.ipynb").write_bytes(notebook_bytes(unit("moments")))


def record(course):
    found = find(course.submitted)[0]
    gradebook.check_ready(course, found)
    assert gradebook.record(course, grade(found, b"s", run)) == []
    assert gradebook.write_feedback(course, ["moments"]) == []


def change(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as base:
        for each in statements:
            base.execute(each)
        base.commit()


def test_grade_refuses_other_points_in_gradebook_and_course_and_names_the_commands(course):
    gradebook.make_assignments(course)
    hand_in(course, "ada")
    record(course)
    change(
        course.gradebook,
        "update grade_cells set max_score = 6 where id in "
        "(select id from base_cell where name = 'check-batch_moments')",
    )
    told = r"check-batch_moments 6 -> 4 points.*`bngrader regrade --explain`"
    with pytest.raises(ValueError, match=told):
        gradebook.check_ready(course, find(course.submitted)[0])
    with pytest.raises(ValueError, match=told):
        gradebook.check_cells(course)
    change(course.gradebook, "delete from submitted_notebook", "delete from submitted_assignment")
    gradebook.check_cells(course)
    with pytest.raises(ValueError, match=r"check-batch_moments 6 -> 4 .*`bngrader release`"):
        gradebook.check_ready(course, find(course.submitted)[0])
    change(course.gradebook, "delete from grade", "delete from comment")
    gradebook.make_assignments(course)
    record(course)


def test_release_says_which_cells_cannot_change_and_makes_the_other_units(course):
    gradebook.make_assignments(course)
    hand_in(course, "ada")
    record(course)
    change(
        course.gradebook,
        "update base_cell set name = 'quiz-old' where name = 'quiz-one_row'",
        "update grade_cells set max_score = 99 where id in "
        "(select base_cell.id from base_cell join notebook on notebook.id = notebook_id "
        "where notebook.name = '01_scaling')",
    )
    goes = r"quiz-old is removed, quiz-one_row is added"
    with pytest.raises(ValueError, match=goes) as told:
        gradebook.make_assignments(course)
    assert "\n" not in str(told.value)
    with pytest.raises(ValueError, match=goes):
        gradebook.check_ready(course, find(course.submitted)[0])
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        assert book.find_assignment("scaling").max_score < 99


def test_release_gives_nbgraders_own_reason(course):
    source = course.root / "source" / "moments" / "02_moments.ipynb"
    source.write_text("{")
    with pytest.raises(ValueError, match=r"moments cannot be made: .*JSON") as told:
        gradebook.make_assignments(course)
    assert "traceback" not in str(told.value)


def test_another_database_in_the_settings_is_used_by_all(course):
    other = course.root / "other.sqlite"
    settings = f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{other}'\n"
    course.root.joinpath("nbgrader_config.py").write_text(settings)
    hand_in(course, "ada")
    with pytest.raises(ValueError, match=r"other\.sqlite not found"):
        gradebook.check_ready(course, find(course.submitted)[0])
    gradebook.make_assignments(course)
    record(course)
    assert not course.gradebook.exists()
    with Gradebook(f"sqlite:///{other}") as book:
        assert [each.id for each in book.students] == ["ada"]


def test_a_database_that_cannot_be_reached_is_named_without_its_password(course):
    settings = "c = get_config()\nc.CourseDirectory.db_url = 'nosuch://me:secret@host/marks'\n"
    course.root.joinpath("nbgrader_config.py").write_text(settings)
    hand_in(course, "ada")
    with pytest.raises(ValueError, match=r"nosuch://\.\.\.@host/marks cannot be read") as told:
        gradebook.check_ready(course, find(course.submitted)[0])
    assert "secret" not in str(told.value)


def test_release_refuses_generated_files_that_are_older_than_their_source(tmp_path):
    for name, content in release._exercises().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    release.check_current(tmp_path)
    (tmp_path / "exercises" / "02_moments.ipynb").write_text("old")
    with pytest.raises(ValueError, match=r"exercises/02_moments\.ipynb differ .* `bngrader build`"):
        release.check_current(tmp_path)


def test_a_unit_that_the_course_leaves_out_is_not_in_the_handout():
    whole = release.handout_files()
    fewer = {name: each for name, each in units().items() if name != "audit"}
    gone = set(whole) - set(release.handout_files(of=fewer))
    assert gone == {"bnlab/audit.py", "bnlab/kit/checks/audit.py", "exercises/14_audit.ipynb"}


def test_doctor_names_what_in_the_gradebook_does_not_fit_and_what_to_do(course):
    assert doctor.examine(course) == []
    gradebook.make_assignments(course)
    hand_in(course, "cy")
    record(course)
    (course.root / "roster.csv").write_text("id,name\nada,Ada\n")
    course.file.write_text(
        "left_out = ['scaling']\ntimezone = 'Europe/Berlin'\n"
        "[due]\nmoments = 2026-11-20T12:00:00Z\n"
        "[points]\nmoments = { written = 5 }\n"
    )
    said = "\n".join(doctor.examine(course))
    for part in (
        "moments is due 2026-11-20 13:00:00 CET in course.toml, and has no due date in the gradebo",
        "moments: written-moments 2 -> 5 points, since the gradebook was made; run `bngrader reg",
        "cy is in the gradebook and not in the roster",
        "scaling: in the gradebook, but course.toml leaves it out",
    ):
        assert part in said


def test_the_handout_has_the_units_and_points_of_the_course_and_works(tmp_path):
    course = Course(tmp_path / "course")
    write_atomically(
        course.file, "left_out = ['moments', 'audit']\n[points]\nforward = { batch_norm = 9 }\n"
    )
    rules = course.settings()
    laid_out(tmp_path / "handout", release.handout_files(of=rules.units))
    told = subprocess.run(
        [sys.executable, "-m", "bnlab.kit.cli.main", "status"], cwd=tmp_path / "handout",
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path / "handout")},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "forward" in told.stdout
    assert "02_moments" not in told.stdout
    notebook = json.loads((tmp_path / "handout" / "exercises" / "03_forward.ipynb").read_text())
    cells = (cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"])
    points = {each["grade_id"]: each["points"] for each in cells if each.get("grade")}
    assert points["check-batch_norm"] == 9
    table = tomllib.loads((tmp_path / "handout" / "bnlab" / "kit" / "course.toml").read_text())
    assert table["forward"]["tasks"]["batch_norm"] == 9
    assert not {"moments", "audit"} & set(table)
    release.write_sources(course.root, rules.units, "https://example.org/norms")
    source = (course.root / "source" / "forward" / "03_forward.ipynb").read_text()
    assert f"https://example.org/norms/{PAGES}/03_forward.html" in source
