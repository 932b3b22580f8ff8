"""The formats that the kit and the grader share: sizes, file names, and ids of notebook cells.

A submitted zip holds one folder, named after the unit, with the receipt and the files of
`submission_files`. A handout holds the manifest and, where the book goes with it, a folder `book/`.
"""

from __future__ import annotations

from .course import Unit

MAX_SOURCE_BYTES = 256 * 2**10
"""Size of the largest module that the grader reads."""

MAX_NOTEBOOK_BYTES = 8 * 2**20
"""Size of the largest notebook that the grader reads."""

RECEIPT = "receipt.json"
"""Name of the receipt in a submission: its unit, its time, and the SHA-256 digest of each file."""

MANIFEST = "bnlab/kit/handout.json"
"""Path of the manifest in a handout: the address of the book and the digest of each file."""

PAGES = "book"
"""Folder of the pages inside the built book."""

QUIZ_PREFIX = "quiz-"


def submission_files(unit: Unit) -> dict[str, int]:
    """Return the largest size in bytes of each file of a submission, by its path in `<unit>/`."""
    files = {f"{unit.slug}.ipynb": MAX_NOTEBOOK_BYTES}
    if unit.coded:
        files[f"bnlab/{unit.name}.py"] = MAX_SOURCE_BYTES
    return files


def check_cell_id(task: str) -> str:
    """Return the nbgrader id of the cell that checks a task.

    >>> check_cell_id("BatchNorm.track")
    'check-BatchNorm-track'
    """
    return f"check-{task.replace('.', '-')}"


def quiz_cell_id(question: str) -> str:
    """Return the nbgrader id of the cell that answers a quiz question.

    >>> quiz_cell_id("grams")
    'quiz-grams'
    """
    return f"{QUIZ_PREFIX}{question}"


def written_cell_id(unit: str) -> str:
    """Return the nbgrader id of the cell with the written answer of a unit.

    >>> written_cell_id("moments")
    'written-moments'
    """
    return f"written-{unit}"
