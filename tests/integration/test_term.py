"""A whole term by the commands: 60 learners, four units, every platform, and the marks of it."""

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import pytest
from nbgrader.api import Gradebook

from bngrader.core.solutions import ROOT
from tests.helpers import term
from tests.helpers.downloads import laid_out

pytestmark = pytest.mark.filterwarnings("ignore")
COPIED = ("bngrader", "bnlab", "solutions", "exercises", "binder")
FILES = ("nbgrader_config.py", "pyproject.toml", "LICENSE", "LICENSE-text")
RULES = f"""
timezone = "UTC"
left_out = [{{left_out}}]
[due]
{{due}}
[extensions]
u10 = {{{{ moments = {term.DUE + timedelta(hours=48):%Y-%m-%dT%H:%M:%SZ} }}}}
u20 = {{{{ moments = {term.DUE + timedelta(hours=12):%Y-%m-%dT%H:%M:%SZ} }}}}
[late]
percent_per_day = {term.PERCENT_PER_DAY}
"""


class Teacher:
    """A teacher with a repository and a course of their own.

    Attributes:
        repository: a copy, in which hidden tests can be changed.
        course: the folder of the course.
    """

    def __init__(self, folder):
        self.repository, self.course = folder / "repository", folder / "course"
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(ROOT / name, self.repository / name, ignore=ignored)
        for name in FILES:
            shutil.copy(ROOT / name, self.repository / name)
        for path in (ROOT / "book").glob("[0-9][0-9]_*.md"):
            laid_out(self.repository, {f"book/{path.name}": path.read_bytes()})

    def run(self, *words, code=0):
        """Run a command; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "bngrader.cli.main", *map(str, words)], cwd=self.repository,
            capture_output=True, text=True, timeout=300,
            env=os.environ | {
                "BNGRADER_COURSE": str(self.course), "PYTHONPATH": str(self.repository),
                "PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "200", "OMP_NUM_THREADS": "1",
            },
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def marks(self):
        """Return the points after the penalty, and whether a person must mark them."""
        with Gradebook(f"sqlite:///{self.course}/gradebook.db") as book:
            return {
                (each.student.id, assignment.name): (
                    each.score - each.late_submission_penalty, each.needs_manual_grade
                )
                for assignment in book.assignments for each in assignment.submissions
            }  # fmt: skip


def assert_marks(teacher, expected):
    found = teacher.marks()
    assert found.keys() == expected.keys()
    wrong = {
        name: (found[name], expected[name])
        for name in expected
        if abs(found[name][0] - expected[name][0]) > 0.011 or found[name][1] != expected[name][1]
    }
    assert wrong == {}


def begin(teacher):
    """Write the course file and the roster."""
    gone = [path.stem.partition("_")[2] for path in (ROOT / "exercises").glob("*.ipynb")]
    due = "\n".join(f"{unit} = {term.DUE:%Y-%m-%dT%H:%M:%SZ}" for unit in term.UNITS)
    left_out = ", ".join(f"'{unit}'" for unit in gone if unit not in term.UNITS)
    rules = RULES.format(due=due, left_out=left_out)
    table = [list(term.roster()[0]), *(list(row.values()) for row in term.roster())]
    text = "".join(",".join(row) + "\n" for row in table)
    numbers = "".join(
        f"u{i:02d},Participant {900 + i},Given{i:02d} Family{i:02d}\n" for i in range(30)
    )
    files = {"course.toml": rules, "roster.csv": text,
             "roster-scaling.csv": f"learner,Identifier,Full name\n{numbers}"}  # fmt: skip
    laid_out(teacher.course, {name: each.encode() for name, each in files.items()})


def collect(teacher, folder):
    """Collect every download; the sum of the lines is the number of files that were found."""
    for name, files in term.downloads(teacher.repository).items():
        sent = {work.learner[1:]: work.sent for work in term.works() if work.unit == "training"}
        for path, data in files.items():
            when = None
            if name == "classroom":
                when = sent[path.partition("octo")[2][:2]]
            laid_out(folder / name, {path: data}, when)
        said = teacher.run("collect", folder / name)
        assert "refused" not in said.replace("0 refused", ""), said
    laid_out(teacher.course / "submitted", term.in_the_exchange(teacher.repository))


def assert_every_file_is_there(teacher):
    for work in term.works():
        own = teacher.course / "submitted" / work.learner
        places = [own / work.unit, *(own / ".attempts" / work.unit).glob("*")]
        content = [
            {path.relative_to(place).as_posix(): path.read_bytes()
             for path in place.rglob("*") if path.is_file()}
            for place in places
        ]  # fmt: skip
        wanted = term.files(work, teacher.repository)
        assert any(wanted.items() <= each.items() for each in content), work
    handed_in = {work.learner for work in term.works()}
    assert {path.name for path in (teacher.course / "submitted").iterdir()} == handed_in


@contextmanager
def restored(path):
    """Give a file back its content at the end."""
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def mark_by_hand(teacher):
    with Gradebook(f"sqlite:///{teacher.course}/gradebook.db") as book:
        for work in term.works():
            points = term.hand_mark(work)
            if points is not None:
                slug = f"{term.UNITS[work.unit]:02d}_{work.unit}"
                row = book.find_grade(f"written-{work.unit}", slug, work.unit, work.learner)
                row.manual_score, row.needs_manual_grade = points, False
        book.db.commit()


def exported(teacher, platform):
    """Return the rows of the file for a platform."""
    teacher.run("export", "--for", platform, "--unmarked")
    path = teacher.course / f"marks-{platform}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def assert_exported(rows, titles, expected):
    """Assert that the rows, by learner, have everybody of the roster and the expected points."""
    assert list(rows) == [each["learner"] for each in term.roster()]
    for learner, row in rows.items():
        for unit in term.UNITS:
            mark, cell = expected.get((learner, unit)), row[titles[unit]]
            assert cell == "" if mark is None else abs(float(cell) - mark[0]) < 0.011


def canvas_gradebook():
    """Return the class as Canvas exports its gradebook, with the assignments of the course."""
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assignments = [f"{unit} ({4700 + number})" for unit, number in term.UNITS.items()]
    people = [
        [f"Family, {each['name']}", each["id"], f"sis{each['id']}", each["learner"], "A"]
        for each in term.roster()
    ]
    empty = [""] * len(assignments)
    points = ["    Points Possible", *[""] * (len(columns) - 1), *["10"] * len(assignments)]
    text = io.StringIO()
    csv.writer(text).writerows(
        [[*columns, *assignments], points, *([*each, *empty] for each in people)]
    )
    return text.getvalue()


def test_the_marks_of_a_term_are_those_that_follow_from_what_was_handed_in(tmp_path):
    teacher = Teacher(tmp_path)
    begin(teacher)
    assert "The handout has no book: run `make book`" in teacher.run("release")
    with zipfile.ZipFile(teacher.course / "handout" / "batch-norm-lab.zip") as handout:
        assert sum(name.endswith(".ipynb") for name in handout.namelist()) == len(term.UNITS)
    collect(teacher, tmp_path / "downloads")
    assert_every_file_is_there(teacher)
    teacher.run("doctor")
    teacher.run("grade", "--gradebook")
    root = teacher.repository
    assert_marks(teacher, term.expected(root, by_hand=False))

    mark_by_hand(teacher)
    teacher.run("grade", "--gradebook")  # penalties follow the marks that people gave
    before = term.expected(root)
    assert_marks(teacher, before)

    tests = root / "solutions" / "hidden_tests" / "test_moments.py"
    tests.write_text(tests.read_text() + term.NEW_TEST)
    with (teacher.course / "course.toml").open("a") as file:
        file.write("[points]\nscaling = { standardize = 5 }\n")
    teacher.run("grade", "--gradebook", code=2)
    teacher.run("regrade", "--explain", "--csv", tmp_path / "changes.csv")
    assert_marks(teacher, before)
    after = term.expected(root, new_test=True, points={"standardize": 5})
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {(row["learner"], row["unit"]) for row in csv.DictReader(file)}
    assert {name for name in after if after[name] != before[name]} <= told
    teacher.run("regrade", "--reason", "a new test, and a task that was worth more")
    assert_marks(teacher, after)

    teacher.run("feedback", "--for", "moodle", "--unit", "scaling", code=1)
    with zipfile.ZipFile(next((teacher.course / "returned").glob("moodle-scaling.zip"))) as pages:
        names = [name for name in pages.namelist() if name.endswith(".html")]
    from_moodle = {
        w.learner for w in term.works() if w.unit == "scaling" and int(w.learner[1:]) < 30
    }
    assert len(names) == len(from_moodle)
    teacher.run("feedback", "--for", "plain")

    for platform in ("table", "moodle"):
        rows = {row["learner"]: row for row in exported(teacher, platform)}
        columns = list(next(iter(rows.values())))[len(term.roster()[0]) :]
        assert_exported(rows, dict(zip(term.UNITS, columns, strict=True)), after)
    with (
        restored(teacher.course / "roster.csv") as roster,
        restored(teacher.course / "course.toml") as rules,
    ):
        roster.write_text(canvas_gradebook())
        rules.write_text(rules.read_text() + "[roster]\nlearner = 'SIS Login ID'\n")
        possible, *people = exported(teacher, "canvas")
    titles = {unit: f"{unit} ({4700 + number})" for unit, number in term.UNITS.items()}
    assert [possible["Student"], possible[titles["scaling"]]] == ["    Points Possible", "11"]
    assert_exported({row["SIS Login ID"]: row for row in people}, titles, after)

    teacher.run("regrade", "--undo")
    assert_marks(teacher, before)
    teacher.run("new-term", tmp_path / "next", "--course", teacher.course)
    assert {each.name for each in (tmp_path / "next").iterdir()} == {
        "course.toml",
        "secret",
        "mistakes",
    }
    assert (tmp_path / "next" / "secret").read_text() != (teacher.course / "secret").read_text()
    assert_marks(teacher, before)
