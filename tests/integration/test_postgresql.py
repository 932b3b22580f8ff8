"""A gradebook on a PostgreSQL server holds what one in a file holds, through every command."""

import csv
import shutil
import warnings

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.main import main
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.gradebook import converters
from bnlab.kit.course import unit
from tests.helpers import postgres
from tests.helpers.downloads import laid_out, work

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
LEARNERS = ("ada", "bo", "O'Brien, Zoë", "a[b]")
RULES = """
[due]
moments = 2026-11-20T12:00:00Z
[extensions]
bo = { moments = 2026-11-22T12:00:00Z }
[late]
percent_per_day = 10
"""


@pytest.fixture(scope="module")
def address():
    with postgres.server() as found:
        yield found


def run(course, *words):
    return main([*words, "--course", str(course.root)])


def judged_with(tests):
    def judge(options, course, mine, secret, device):
        def run(jobs):
            for job in jobs:
                held = tuple(Verdict(each, each, each == "holds") for each in tests)
                tasks = (TaskReport(each.name, each.points, held) for each in unit(job.unit).tasks)
                yield job, Report(job.unit, tuple(tasks))

        return grade(mine, secret, run, units=course.units())

    return judge


def term(course, url, patch):
    """Grade, mark, regrade, undo and export; return all that the gradebook and the files hold."""
    for name in ("grade", "regrade"):
        patch.setattr(f"bngrader.cli.{name}.judged", judged_with(("holds", "fails")))
    laid_out(
        course.root,
        {f"source/moments/{unit('moments').slug}.ipynb": notebook_bytes(unit("moments"))},
    )
    (course.root / "roster.csv").write_text(
        'learner,name\nada,Ada\nbo,Bo\n"O\'Brien, Zoë",Zoë\na[b],A\nabsent,Nobody\n'
    )
    for who in LEARNERS:
        stamp = {"moments/timestamp.txt": b"2026-11-21 10:00:00 UTC\n"}
        laid_out(course.submitted / who, work(who) | stamp)
    converters.assignment(course, "moments")
    assert run(course, "grade", "--gradebook") == 0
    found = [rows(url)]
    with Gradebook(url) as book:
        row = book.find_grade("written-moments", "02_moments", "moments", "ada")
        row.manual_score, row.needs_manual_grade = 2, False
        book.db.commit()
    assert run(course, "grade", "--gradebook") == 0
    assert run(course, "doctor") == 0
    found.append(rows(url))
    for name in ("grade", "regrade"):
        patch.setattr(f"bngrader.cli.{name}.judged", judged_with(("holds", "fails", "more")))
    assert run(course, "grade", "--gradebook") == 1
    assert rows(url) == found[-1]
    with course.file.open("a") as file:
        file.write("[points]\nmoments = { batch_moments = 6 }\n")
    assert run(course, "doctor") == 1
    assert run(course, "regrade", "--explain") == 0
    assert rows(url) == found[-1]
    assert run(course, "regrade", "--reason", "more tests") == 0
    found.append(rows(url))
    assert run(course, "export", "--unmarked") == 0
    with (course.root / "marks-table.csv").open(encoding="utf-8-sig") as file:
        found.append(list(csv.reader(file)))
    assert run(course, "regrade", "--undo") == 0
    assert rows(url) == found[1]
    pages = sorted(path.parent.name for path in course.feedback.glob("*/moments"))
    return found, pages


def rows(url):
    found = {}
    with Gradebook(url) as book:
        for each in book.find_assignment("moments").submissions:
            (notebook,) = each.notebooks
            found[each.student.id] = (
                {g.name: (g.auto_score, g.manual_score, g.max_score, g.needs_manual_grade)
                 for g in notebook.grades},
                round(notebook.late_submission_penalty or 0, 6), each.timestamp, each.extension,
            )  # fmt: skip
    return found


def test_a_gradebook_on_a_server_holds_what_one_in_a_file_holds(address, tmp_path, monkeypatch):
    in_a_file, on_a_server = Course(tmp_path / "file"), Course(tmp_path / "server")
    laid_out(in_a_file.root, {"course.toml": RULES.encode()})
    laid_out(on_a_server.root, {"course.toml": f'database = "{address}"\n{RULES}'.encode()})
    expected = term(in_a_file, f"sqlite:///{in_a_file.gradebook}", monkeypatch)
    assert expected[0][0]["bo"][1] == 0
    assert expected[0][0]["ada"][1] > 0
    assert expected[0][2] != expected[0][1]
    assert term(on_a_server, address, monkeypatch) == expected
    assert not on_a_server.gradebook.exists()


def test_doctor_says_that_a_server_cannot_be_reached_and_what_to_do(tmp_path, capsys):
    course = Course(tmp_path)
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    course.file.write_text(f'database = "postgresql://me:secret@/marks?host={tmp_path}/none"\n')
    assert run(course, "doctor") == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "postgresql://...@/marks" in said
    assert "cannot be read" in said
    assert "secret" not in said
