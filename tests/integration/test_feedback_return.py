"""Feedback goes back: to the right learner, whole, and with no answer before its time."""

import os
import shutil
import signal
import subprocess
import sys
import warnings
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions import formgrader

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.main import main
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.course.tables import read_table
from bngrader.gradebook import converters, copying, gradebook
from bngrader.gradebook.late import write_dates
from bngrader.judging.quiz import grade_quiz
from bnlab.kit.course import unit

from ..helpers.downloads import laid_out, packed

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
WHY = "a thousand times a thousand"
ROSTER = (
    "id,name,email\n20001,Wei Wang,wei@example.org\n20002,Wei Wang,\n30001,=Ada,a@example.org\n"
)


def run(jobs):
    for job in jobs:
        verdicts = (Verdict("a", "holds", True), Verdict("b", "<b>fails", False, "2 < 3"))
        tasks = (TaskReport(each.name, each.points, verdicts) for each in unit(job.unit).tasks)
        yield job, Report(job.unit, tuple(tasks), quiz=grade_quiz(job.unit, None))


def record(course):
    graded = grade(find(course.submitted)[0], b"s", run)
    write_dates(course)
    assert gradebook.record(course, graded) == []
    assert gradebook.write_feedback(course, ["moments"]) == []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course in which two of three people in the roster have handed in by Moodle."""
    root = tmp_path_factory.mktemp("course")
    course = Course(root / "course")
    source = course.root / "source" / "moments" / "02_moments.ipynb"
    source.parent.mkdir(parents=True)
    source.write_bytes(notebook_bytes(unit("moments")))
    converters.assignment(course, "moments")
    (course.root / "roster.csv").write_text(ROSTER)
    files = {
        "moments/02_moments.ipynb": notebook_bytes(unit("moments")),
        "moments/bnlab/moments.py": b"def batch_moments(x):\n    return '</pre><script>'\n",
    }
    laid_out(
        root / "download",
        {
            f"Wei Wang_{number}_assignsubmission_file_/moments.zip": packed(files)
            for number in (20001, 20002)
        },
    )
    assert main(["collect", str(root / "download"), "--course", str(course.root)]) == 0
    record(course)
    return course


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made.root, tmp_path / "course")
    return Course(tmp_path / "course")


def pages(course, platform="moodle"):
    with zipfile.ZipFile(course.root / f"returned/{platform}-moments.zip") as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def returned(course, *words):
    return main(["feedback", "--course", str(course.root), "--unit", "moments", *words])


def test_each_page_goes_to_its_number_and_who_handed_in_nothing_has_a_line(course, capsys):
    assert returned(course, "--for", "moodle") == 0
    said = capsys.readouterr().out
    assert "30001/moments: no submission was collected." in said
    assert "2 pages to return, 0 not returned, 1 of learners" in said
    found = pages(course)
    assert set(found) == {
        f"Wei Wang_{n}_assignsubmission_file_/moments.html" for n in (20001, 20002)
    }
    page = found["Wei Wang_20001_assignsubmission_file_/moments.html"]
    assert "Wei Wang (20001)" in page
    assert "<script" not in page
    assert "&lt;/pre&gt;&lt;script&gt;" in page


def test_a_page_of_an_earlier_attempt_is_not_returned(course, capsys):
    path = course.submitted / "20001" / "moments" / "bnlab" / "moments.py"
    path.write_text("x = 1\n")
    assert returned(course, "--for", "moodle") == 1
    assert "20001/moments: not returned, its page is of an earlier attempt" in (
        capsys.readouterr().out
    )
    assert set(pages(course)) == {"Wei Wang_20002_assignsubmission_file_/moments.html"}


def test_a_name_that_a_platform_did_not_give_is_not_made_up(course, capsys):
    assert returned(course, "--for", "canvas") == 1
    assert "no file of Canvas is known" in capsys.readouterr().out
    assert not (course.root / "returned" / "canvas-moments.zip").exists()


def test_the_number_of_a_group_is_nobodys(course, capsys):
    for each in course.submitted.glob("*/.attempts/moments/*/attempt.json"):
        each.write_text(each.read_text().replace("20002", "20001"))
    assert returned(course, "--for", "moodle") == 1
    assert capsys.readouterr().out.count("would be the page of several learners") == 2
    (course.root / "roster-moments.csv").write_text(
        "id,Identifier\n20001,Participant 7\n20002,Participant 8\n"
    )
    assert returned(course, "--for", "moodle") == 0
    assert {name.split("_")[1] for name in pages(course)} == {"7", "8"}


def test_the_mail_merge_has_addresses_and_no_points_before_a_person_has_marked(course, capsys):
    notebook = course.submitted / "20001" / "moments" / "02_moments.ipynb"
    notebook.write_text(notebook.read_text().replace("Your answer here.", "By 13 %."))
    record(course)
    assert returned(course, "--for", "plain", "--mail") == 1
    assert "20002/moments: not returned, by mail" in capsys.readouterr().out
    header, rows = read_table(course.root / "returned" / "mail-merge.csv")
    (row,) = (dict(zip(header, row, strict=True)) for row in rows)
    assert (row["address"], row["learner"]) == ("wei@example.org", "20001")
    assert (row["points"], row["of"], row["unmarked"]) == ("not marked yet", "11", "yes")
    page = pages(course, "plain")["Wei Wang (20001)/moments.html"]
    assert "Not marked yet. This answer can earn 2 points." in page
    assert "sqrt(3/4)" not in page, "the rubric is for the marker"
    assert "sqrt(3/4)" in (course.autograded / "20001/moments/02_moments.ipynb").read_text()


@pytest.mark.parametrize(
    ("due", "extension", "shown"),
    [(-1, None, True), (1, None, False), (-2, 1, False), (-2, -1, True), (None, None, True)],
)
def test_right_answers_wait_for_the_due_date_and_for_every_extension(course, due, extension, shown):
    def day(number):
        return f"{datetime.now(UTC) + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"

    lines = [f"[due]\nmoments = {day(due)}\n"] if due else []
    # The extension of a classmate holds the answers back from everybody.
    lines += [f"[extensions]\n30001 = {{ moments = {day(extension)} }}\n"] if extension else []
    course.file.write_text("".join(lines))
    returned(course, "--for", "moodle")
    assert all((WHY in page) == shown for page in pages(course).values())
    assert all(("are shown here after" in page) != shown for page in pages(course).values())


def test_nbgraders_own_command_holds_the_answers_back_too(course):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    course.file.write_text(f"[due]\nmoments = {tomorrow:%Y-%m-%dT%H:%M:%SZ}\n")
    converters.feedback(course, "moments").start()
    assert WHY not in (course.feedback / "20001/moments/02_moments.html").read_text()


KILLED = """
import os, signal, sys
from pathlib import Path
step, place = int(sys.argv[1]), sys.argv[2]
count = 0
def watch(event, _):
    global count
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and sys.argv[3] in str(_):
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from bngrader.cli.main import main
sys.exit(main(["feedback", "--course", place, "--unit", "moments", "--for", "moodle", "--mail"]))
"""


@pytest.mark.parametrize("step", [1, 2, 3, 5, 8])
def test_a_run_that_is_killed_leaves_no_part_of_a_zip(course, step):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(step), str(course.root), "returned"],
        cwd=os.getcwd(), capture_output=True,
    )  # fmt: skip
    assert done.returncode in (-signal.SIGKILL, 1)
    path = course.root / "returned" / "moodle-moments.zip"
    assert not path.exists() or len(pages(course)) == 2
    assert returned(course, "--for", "moodle") == 0
    assert len(pages(course)) == 2
    assert [each.name for each in path.parent.glob(".*zip*")] == []


def test_the_formgrader_shows_module_and_rubric_and_a_name_is_no_markup(course):
    place = Path(formgrader.__file__).parent / "templates"
    copying.install()
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(place)])
    notebook = course.autograded / "20001" / "moments" / "02_moments.ipynb"
    hostile = "x<img src=x onerror=alert(1)>"
    names = {key: hostile for key in ("student", "last_name", "first_name")}
    more = {
        "base_url": "", "notebook_id": "02_moments", "assignment_id": "moments", "index": 0,
        "total": 1, "filename": "", "submission_id": "", "mathjax_config": "", "notebook_path": "",
    }  # fmt: skip
    page, _ = exporter.from_filename(str(notebook), resources={**names, **more})
    assert "<img src=x" not in page
    assert "x&lt;img src=x" in page
    assert "https://cdnjs" not in page
    assert "&lt;/pre&gt;&lt;script&gt;" in page, "the learner's module, escaped"
    assert "what a good answer says" in page
