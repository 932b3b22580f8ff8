"""The folder of the next term: what is kept of the last one, and what is not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ..core.errors import GraderError
from ..core.files import write_atomically
from .course import Course
from .settings import TEMPLATE

DATED = ("due", "extensions")
"""The tables of the course file that belong to one term."""


def begin(old: Course, folder: Path) -> tuple[Course, list[str]]:
    """Make the folder of the next term; return it, and a line for each thing that is kept or not.

    Raises:
        GraderError: the folder is in use, lies inside the old one, or cannot be written.
    """
    if not old.root.is_dir():
        raise GraderError(
            f"new-term: {old.root} not found, expected the folder of the last term; name it with "
            "--course or BNGRADER_COURSE."
        )
    old.settings()  # a fault in the course file is told before anything is written
    new = Course(folder.expanduser())
    if new.root.resolve().is_relative_to(old.root.resolve()):
        raise GraderError(f"new-term: {new.root} lies in {old.root}; choose a folder beside it.")
    if new.root.exists() and (not new.root.is_dir() or any(new.root.iterdir())):
        raise GraderError(f"new-term: {new.root} is in use, expected a new or empty folder.")
    lines = []
    if old.file.is_file():
        text, dropped = without_dates(old.file.read_text("utf-8"))
        write_atomically(new.file, text)
        lines.append(f"kept: {old.file.name}, with the dates of the last term as comments.")
        lines += [f"left out of {old.file.name}: {each}." for each in dropped]
    else:
        write_atomically(new.file, TEMPLATE)
        lines.append(f"new: {new.file.name}; {old.root} has none.")
    if old.mistake_cache.is_dir():
        shutil.copytree(old.mistake_cache, new.mistake_cache)
        lines.append("kept: the results of the mistakes.")
    new.secret()
    lines.append("new: the secret, so that the hidden inputs are others than last term.")
    lines.append(
        f"not kept: roster, submissions, attempts, marks and gradebook; they stay in {old.root}."
    )
    return new, lines


def without_dates(text: str) -> tuple[str, list[str]]:
    """Return a course file with what belongs to one term as comments, and what that is.

    >>> without_dates('[due]\\nmoments = 2026-11-20\\n')
    ('[due]\\n# moments = 2026-11-20\\n', [])
    """
    table, lines, dropped = "", [], []
    for line in text.splitlines():
        if match := re.match(r"\s*\[([\w.\"' -]+)\]", line):
            table = match[1].partition(".")[0].strip()
            inside = "." in match[1]
        else:
            inside = bool(line.strip()) and not line.lstrip().startswith("#")
        if table in DATED and inside:
            line = f"# {line}"
        elif not table and re.match(r"\s*database\s*=", line):
            line = f"# {line}"
            dropped.append("database, because a gradebook holds one term; name another")
        lines.append(line)
    return "\n".join(lines) + "\n", dropped
