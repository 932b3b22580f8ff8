"""A running course: its folder, its secret, and the grading of a class."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answers import ROOT
from .judge import Judge
from .model import Report
from .submission import Submission

COURSE = Path(os.environ.get("BNGRADER_COURSE", ROOT / "course")).absolute()
"""Where the running course is; never committed."""


@dataclass(frozen=True)
class Graded:
    """A submission and what the judge said of it."""

    submission: Submission
    report: Report


def course_secret(folder: Path = COURSE) -> bytes:
    """The secret that hidden inputs are drawn from; made on first use, for the teacher's eyes only.

    Raises:
        ValueError: where the file is there and is not a secret.
    """
    path = folder / "secret"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        text = path.read_text("ascii", "replace").strip()
        if len(text) != 64 or set(text) - set("0123456789abcdef"):
            message = f"secret: {path} is not a secret, expected 64 hexadecimal digits."
            raise ValueError(message) from None
        return bytes.fromhex(text)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return course_secret(folder)


def judge_submission(judge: Judge, submission: Submission) -> Report:
    """The report on a submission as it lies on disk."""
    source, problem = submission.source()
    return judge.judge(submission.stem, source, problem)


def grade(
    submissions: list[Submission], secret: bytes, seen: Callable[[Graded], None] = lambda _: None
) -> list[Graded]:
    """Judges a class; `seen` is called with each result, for a progress bar."""
    graded = []
    with Judge(secret) as judge:
        for submission in submissions:
            graded.append(Graded(submission, judge_submission(judge, submission)))
            seen(graded[-1])
    return graded


def as_json(graded: list[Graded]) -> str:
    """The class as JSON text: per learner and stem the report. Equal grades are equal bytes."""
    learners: dict[str, dict[str, Any]] = {}
    for each in graded:
        row = learners.setdefault(each.submission.learner, {})
        row[each.submission.stem] = each.report.as_json()
    return json.dumps({"learners": learners}, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def check_writable(path: Path) -> None:
    """Returns quietly where a file can be written; asked before the work, not after.

    Raises:
        ValueError: where it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(path.parent, os.W_OK) and not path.is_dir()
    except OSError:
        writable = False
    if not writable:
        raise ValueError(f"grade: file is {path}, expected one that can be written.")


def write_atomically(path: Path, text: str) -> None:
    """Writes all of a file or nothing of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, "utf-8")
    os.replace(partial, path)
