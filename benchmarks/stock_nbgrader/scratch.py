"""A scratch course of stock nbgrader: one assignment with a hidden test, and its learners."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CLASSMATE, LAST = "ada", "zoe"
"""Honest learners: nbgrader grades by name, so one comes before all attackers and one after."""

POINTS = 5
HIDDEN = "mean([41, 43, 57]) - 47"
"""Text of the hidden test by which it is found in a page."""

HARDENED = Path(__file__).parent / "hardened"
TESTS = (
    "assert mean([1, 3]) == 2\n### BEGIN HIDDEN TESTS\n"
    f"assert abs({HIDDEN}) < 1e-9\n### END HIDDEN TESTS"
)
COMMAND_SECONDS = 1800


class Scratch:
    """A course in a folder.

    Args:
        root: an empty folder.
        hardened: whether the course has the settings of `hardened/`.
    """

    def __init__(self, root: Path, hardened: bool) -> None:
        self.root = root
        self.hardened = hardened
        root.mkdir(parents=True, exist_ok=True)
        if hardened:
            shutil.copytree(HARDENED, root, dirs_exist_ok=True)

    def release(self, learners: Iterable[str]) -> None:
        """Make the assignment, and a roster of these learners."""
        source = self.root / "source" / "lab" / "lab.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(notebook("### BEGIN SOLUTION\n### END SOLUTION")))
        roster = self.root / "roster.csv"
        roster.write_text("\n".join(["id", *learners]))
        self.nbgrader("db", "student", "import", str(roster))
        self.nbgrader("generate_assignment", "lab")

    def hand_in(
        self, learner: str, answer: str, text: str = "", more: tuple[str, ...] = ()
    ) -> None:
        """Write the notebook of a learner."""
        path = self.submitted(learner)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook(answer, text, more)))

    def submitted(self, learner: str) -> Path:
        """Return the path of the notebook that a learner handed in."""
        return self.root / "submitted" / learner / "lab" / "lab.ipynb"

    def nbgrader(self, *words: str, check: bool = True) -> str:
        """Run a command of nbgrader in the course; return what it wrote.

        Raises:
            RuntimeError: the command failed, and `check` is true.
        """
        programs = Path(sys.executable).parent
        variables = {
            k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "BNGRADER"))
        }
        variables |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
        variables |= {"JUPYTER_CONFIG_DIR": str(self.root / "none"), "HOME": str(self.root)}
        done = subprocess.run(
            [str(programs / "nbgrader"), *words], cwd=self.root, env=variables, text=True,
            capture_output=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode and check:
            raise RuntimeError(f"nbgrader {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def points(self, learner: str) -> float | None:
        """Return the points of a learner in the gradebook; None if the notebook was not graded."""
        from nbgrader.api import Gradebook, MissingEntry

        if not self.graded(learner):
            return None
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as book:
            try:
                return float(book.find_submission("lab", learner).score)
            except MissingEntry:
                return None

    def graded(self, learner: str) -> str:
        """Return the graded notebook of a learner, "" if there is none."""
        return _text(self.root / "autograded" / learner / "lab" / "lab.ipynb")

    def page(self, learner: str) -> str:
        """Return the feedback page of a learner, "" if there is none."""
        return _text(self.root / "feedback" / learner / "lab" / "lab.html")

    def bytes_written(self, learner: str) -> dict[str, int]:
        """Return the sizes of the graded notebook and of the page, in characters."""
        return {"notebook": len(self.graded(learner)), "page": len(self.page(learner))}


def notebook(answer: str, text: str = "", more: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a notebook with an answer, a Markdown cell, further cells and the test cell."""
    cells = [_cell(answer, {"grade_id": "answer", "solution": True, "grade": False})]
    cells.append({"cell_type": "markdown", "id": "text", "metadata": {}, "source": text})
    cells += [_cell(each, None, f"more-{number}") for number, each in enumerate(more)]
    marks = {"grade_id": "tests", "solution": False, "grade": True, "points": POINTS}
    cells.append(_cell(TESTS, marks))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(source: str, marks: dict[str, Any] | None, name: str = "") -> dict[str, Any]:
    metadata = {}
    if marks:
        name = marks["grade_id"]
        rest = {"locked": not marks["solution"], "schema_version": 3, "task": False}
        metadata = {"nbgrader": rest | marks}
    return {
        "cell_type": "code", "id": name, "source": source, "outputs": [], "metadata": metadata,
        "execution_count": None,
    }  # fmt: skip


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""
