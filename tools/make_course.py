"""`make course`: everything a course needs, ending in a graded class and where to look at it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from . import make_book
from .steps import ROOT, StepError, step

CODE = ("bngrader/**/*.py", "bnlab/**/*", "solutions/**/*", "pyproject.toml", "nbgrader_config.py")
GRADES = Path("course/grades.json")
GRADE = [
    "bngrader", "grade", "course/submitted", "--gradebook",
    "--json", str(GRADES), "--html", "course/class.html",
]  # fmt: skip


def main() -> None:
    """Runs the steps and prints where everything is."""
    _keep_a_real_class()
    print("Making the course")
    step("exercises", ["bngrader", "build"], inputs=CODE, output=ROOT / "exercises")
    make_book.main()
    step("release", ["bngrader", "release"], inputs=(*CODE, "exercises/*", "_build/html/**/*"),
         variables="BOOK_BASE_URL", output=ROOT / "course" / "gradebook.db")  # fmt: skip
    step("sample class", ["bngrader", "sample", "course/submitted"], inputs=CODE,
         output=ROOT / "course" / "submitted")  # fmt: skip
    step("grades", GRADE, inputs=(*CODE, "course/submitted/**/*"), output=ROOT / GRADES)
    step("search for secrets", ["bngrader", "check-leaks"])
    print(_summary())


def _keep_a_real_class() -> None:
    """The sample class never goes where real learners are."""
    marker = ROOT / "course" / "submitted"
    if not marker.is_dir():
        return
    from bngrader.authoring.sample_class import NAMES

    strangers = {path.name for path in marker.iterdir()} - set(NAMES)
    if strangers:
        raise StepError(
            f"make: course/submitted has {sorted(strangers)[0]!r} in it, "
            "expected the sample class; grade a real class with `make grade`."
        )


def _summary() -> str:
    with sqlite3.connect(ROOT / "course" / "gradebook.db") as database:
        (graded,) = database.execute("select count(*) from submitted_assignment").fetchone()
    page = sorted((ROOT / "course" / "feedback").glob("*/*/*.html"))[0].relative_to(ROOT)
    return f"""
Made
  the book          _build/html/book/index.html
  the handout       course/handout/batch-norm-lab.zip
  the gradebook     course/gradebook.db   ({graded} submissions)
  the class table   course/class.html
  a feedback page   {page}

Next
  read              open _build/html/book/index.html in a browser
  learn             .venv/bin/jupyter lab exercises/02_moments.ipynb
  teach             .venv/bin/bngrader grade course/submitted --json course/grades.json"""


if __name__ == "__main__":
    main()
