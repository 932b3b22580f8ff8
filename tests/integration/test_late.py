"""Due dates, extensions and penalties of the course file, as nbgrader's gradebook has them."""

import csv
import json

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.grade import record
from bngrader.cli.main import main
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


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,"A, B (7)",moments (4711),Final Score
    Points Possible,,,,,,9,
"Ada, A",ada,1,aa,CS 1,,,88
"=Bo, B",bo,2,bb,CS 1,,,
"Not, Here",dee,4,dd,CS 1,,,
"""


def answered(words):
    """The notebook with a written answer."""
    notebook = json.loads(notebook_bytes(unit("moments")))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "written-moments":
            cell["source"] = words
    return json.dumps(notebook).encode()


def graded_course(root):
    course = Course(root)
    laid_out(
        root, {f"source/moments/{unit('moments').slug}.ipynb": notebook_bytes(unit("moments"))}
    )
    for who, when in HANDED_IN.items():
        files = work(who) | {"moments/timestamp.txt": f"{when} UTC\n".encode()}
        files["moments/02_moments.ipynb"] = answered(f"{who} says")
        laid_out(course.submitted / who, files)
    converters.assignment(course, "moments")
    course.file.write_text(RULES)
    graded = grade(find(course.submitted)[0], b"tests", everything)
    assert record(course, graded) == []
    return course


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_marks_are_exported_after_the_penalty_for_the_people_of_the_roster(tmp_path, capsys):
    course = graded_course(tmp_path)
    course.file.write_text(RULES.replace("cy = ", "ada = ").replace("11-22T", "11-23T"))
    (course.root / "roster.csv").write_text(CANVAS)
    words = ["export", "--course", str(tmp_path), "--for", "canvas", "--unmarked"]
    assert main(words) == 1  # cy is not in the roster
    said = " ".join(capsys.readouterr().out.split())
    assert "not in the roster, and so not in the file: cy" in said
    header, possible, ada, bo, dee = table(course.root / "marks-canvas.csv")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "moments (4711)"]
    most = unit("moments").machine_points + unit("moments").written
    assert (possible[0], possible[-1]) == ("    Points Possible", str(most))
    assert ada[:5] == ["Ada, A", "ada", "1", "aa", "CS 1"]
    assert float(bo[-1]) == pytest.approx(0.75 * float(ada[-1]))
    assert (bo[0], dee[-1]) == ("'=Bo, B", "")


def test_what_a_person_must_still_mark_is_left_empty(tmp_path, capsys):
    course = graded_course(tmp_path)
    (course.root / "roster.csv").write_text("Email address,First name\nada,A\nbo,B\ncy,C\n")
    assert main(["export", "--course", str(tmp_path), "--for", "moodle"]) == 0
    assert "3 cells left empty" in " ".join(capsys.readouterr().out.split())
    header, *rows = table(course.root / "marks-moodle.csv")
    assert header == ["Email address", "First name", unit("moments").title]
    assert [row[-1] for row in rows] == ["", "", ""]
    assert main(["export", "--course", str(tmp_path), "--for", "canvas"]) == 2
    assert "use the gradebook that Canvas exports" in capsys.readouterr().err


SHEET = (
    "Identifier,Email address,Maximum grade\nParticipant 1,ada,100.00\nParticipant 2,bo,100.00\n"
)


def test_an_export_says_if_the_assignment_in_moodle_has_another_maximum(tmp_path, capsys):
    course = graded_course(tmp_path)
    words = ["export", "--course", str(tmp_path), "--for", "moodle", "--unmarked"]
    most = unit("moments").machine_points + unit("moments").written
    for name in ("roster.csv", "roster-moments.csv"):
        (course.root / "roster.csv").write_text("Email address\nada\nbo\ncy\n")
        (course.root / name).write_text(SHEET + "Participant 3,cy,100.00\n")
        assert main(words) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert f"maximum grade of 100, and moments has {most} points" in said
        assert "3 cells hold points without the written answer" in said
        (course.root / name).write_text(SHEET.replace("100.00", f"{most},00".join('""')))
        main(words)
        assert "maximum grade" not in capsys.readouterr().out


GERMAN = "ID,Vollständiger Name,E-Mail-Adresse,Bewertung,Bestwertung\n" + "".join(
    f'Teilnehmer/in{number},{who},{who},"7,00","100,00"\n'
    for number, who in enumerate(("ada", "bo", "cy"), 1)
)


def test_another_maximum_is_found_in_a_worksheet_of_any_language(tmp_path, capsys):
    course = graded_course(tmp_path)
    (course.root / "roster.csv").write_text(GERMAN)
    assert main(["export", "--course", str(tmp_path), "--for", "moodle", "--unmarked"]) == 0
    assert "maximum grade of 100" in " ".join(capsys.readouterr().out.split())
