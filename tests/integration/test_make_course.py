"""Tests of tools/course.mk: which steps run, in which order, and what stops them.

The programs are scripts that write their outputs and a line into a log.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "tools" / "course.mk"
PROGRAM = """#!/bin/sh
verb=$(basename "$0")-$1
echo "$verb $4$5" >> log
test ! -e "fail-$verb" || { echo "no $verb"; exit 1; }
mkdir -p _build/html/book course/submitted/ada course/feedback/ada
case $verb in
  jupyter-book-build) echo > _build/html/book/index.html ;;
  bngrader-release) echo > course/gradebook.db ;;
  bngrader-grade) echo > course/grades.json; echo > course/journal.jsonl ;;
esac
"""
RECORD = "bngrader-grade course/grades.json--gradebook"
VERDICTS = "bngrader-grade course/grades.json"
ALL = {
    "bngrader-build ", "jupyter-book-build -n--keep-going", "bngrader-sample ", VERDICTS,
    "bngrader-release ", RECORD, "bngrader-check-leaks ",
}  # fmt: skip


@pytest.fixture
def course(tmp_path):
    """A repository with one file in each folder, an hour old."""
    for name in (
        "tools", "bngrader", "bnlab/kit", "solutions", "exercises", "book", ".venv/bin"
    ):  # fmt: skip
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "bngrader/a.py", "bnlab/moments.py", "bnlab/kit/a.py", "solutions/a.py",
        "exercises/a.ipynb", "book/a.md", "_config.yml", "_toc.yml", "requirements.txt",
        "nbgrader_config.py",
    ):  # fmt: skip
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - 3600,) * 2)
    shutil.copy(STEPS, tmp_path / "tools")
    for name in ("bngrader", "jupyter-book"):
        (tmp_path / ".venv/bin" / name).write_text(PROGRAM)
        (tmp_path / ".venv/bin" / name).chmod(0o755)
    return tmp_path


def make(folder, **variables):
    """Run `make course`; return exit code, output, and the log of the programs."""
    log = folder / "log"
    log.write_text("")
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(
        ["make", "-j2", "-f", "tools/course.mk", "course"], cwd=folder, timeout=60,
        env=environment | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout, log.read_text().splitlines()


def test_course_runs_every_step_once_and_in_order(course):
    code, output, steps = make(course)
    assert code == 0, output
    assert len(steps) == len(ALL)
    assert set(steps) == ALL
    assert steps[-2:] == [RECORD, "bngrader-check-leaks "]
    book = steps.index("jupyter-book-build -n--keep-going")
    assert steps.index("bngrader-build ") < book < steps.index("bngrader-release ")
    assert steps.index("bngrader-sample ") < steps.index(VERDICTS)
    assert ": open _build/html/book/index.html" in output
    assert "jupyter lab --notebook-dir=. exercises/02_moments.ipynb" in output


def test_course_runs_nothing_where_nothing_changed(course):
    make(course)
    assert make(course)[2] == []


def test_course_goes_on_with_the_step_that_failed(course):
    (course / "fail-bngrader-release").touch()
    code, output, _ = make(course)
    assert code != 0
    assert "no bngrader-release" in output
    assert "make: release failed: .venv/bin/bngrader release" in output
    (course / "fail-bngrader-release").unlink()
    assert make(course)[2] == ["bngrader-release ", RECORD, "bngrader-check-leaks "]


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ("book/a.md", ALL - {"bngrader-build ", "bngrader-sample ", VERDICTS}),
        ("exercises/a.ipynb", ALL - {"bngrader-sample ", VERDICTS}),
        ("solutions/a.py", ALL),
    ],
)
def test_course_runs_what_depends_on_a_changed_file(course, change, steps):
    make(course)
    later = time.time() + 5
    os.utime(course / change, (later, later))
    assert set(make(course)[2]) == steps


def test_course_runs_again_where_a_source_was_removed(course):
    make(course)
    (course / "solutions/a.py").unlink()
    assert set(make(course)[2]) == ALL


def test_course_builds_the_book_again_for_another_address(course):
    make(course)
    assert "bngrader-release " in make(course, BOOK_BASE_URL="https://example.org")[2]


def test_course_runs_again_where_an_output_was_removed(course):
    make(course)
    shutil.rmtree(course / "course")
    assert set(make(course)[2]) == {
        "bngrader-sample ", VERDICTS, "bngrader-release ", RECORD, "bngrader-check-leaks "
    }  # fmt: skip


def test_course_grades_nothing_where_the_class_is_not_the_sample(course):
    """A new learner makes `bngrader sample` run again, which refuses the folder."""
    make(course)
    (course / "course/submitted/eve").mkdir()
    (course / "fail-bngrader-sample").touch()
    code, _, steps = make(course)
    assert code != 0
    assert steps == ["bngrader-sample "]
