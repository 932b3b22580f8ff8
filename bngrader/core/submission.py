"""A submission on disk: `<learner>/<unit>/` with a notebook and `bnlab/<unit>.py`; no more is read.

Files are the learner's, so nothing about them is taken for granted: only regular files, of bounded
size, inside the folder, that are text.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bnlab.kit.cli.submit import MAX_NOTEBOOK, MAX_SOURCE
from bnlab.kit.course import unit as find_unit
from bnlab.kit.course import units


@dataclass(frozen=True)
class Submission:
    """One learner's work on one unit. Only its path is known until it is read."""

    learner: str
    unit: str
    folder: Path

    def source(self) -> tuple[str | None, str]:
        """Text of `bnlab/<unit>.py` and "", or None and why it cannot be had.

        A unit that has no module has nothing to be read and nothing amiss: None and "".
        """
        if not find_unit(self.unit).coded:
            return None, ""
        return read_text(self.folder, f"bnlab/{self.unit}.py", MAX_SOURCE)

    def notebook(self) -> tuple[str | None, str]:
        """Text of the notebook and "", or None and why it cannot be had."""
        return read_text(self.folder, f"{find_unit(self.unit).slug}.ipynb", MAX_NOTEBOOK)


def find(root: Path) -> tuple[list[Submission], list[str]]:
    """The submissions under `root`, by learner and unit, and a line for whatever is not one.

    Raises:
        ValueError: where `root` is not a folder, or holds no submission.
    """
    if not root.is_dir():
        raise ValueError(f"grade: folder is {root}, expected one with <learner>/<unit>/ in it.")
    found: list[Submission] = []
    notes: list[str] = []
    for learner in _folders(root):
        for folder in _folders(learner):
            if folder.name in units():
                found.append(Submission(learner.name, folder.name, folder))
            else:
                where = printable(f"{learner.name}/{folder.name}")
                notes.append(
                    f"{where}: folder is not a unit, expected one of {', '.join(units())}."
                )
    if not found:
        raise ValueError(f"grade: submissions in {root} are none, expected <learner>/<unit>/.")
    order = list(units())
    found.sort(key=lambda each: (each.learner, order.index(each.unit)))
    return found, notes


def _folders(root: Path) -> Iterator[Path]:
    """Real folders only: a link may lead anywhere."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def read_text(folder: Path, name: str, limit: int) -> tuple[str | None, str]:
    """The text of a file a learner handed in, or None and one sentence.

    Links are not followed, in any part of the path; a pipe or a device is not opened.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        for part in Path(name).parts[:-1]:
            descriptor = _step(descriptor, part, os.O_DIRECTORY)
        descriptor = _step(descriptor, Path(name).name, os.O_NONBLOCK)
    except FileNotFoundError:
        return None, f"{name} is missing."
    except OSError:
        return None, f"{name} is not a regular file."
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None, f"{name} is not a regular file."
    if status.st_nlink > 1:  # it may be the teacher's, under a name in the learner's folder
        os.close(descriptor)
        return None, f"{name} is a hard link, expected a file of its own."
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        return None, f"{name} is larger than {limit // 1024} KiB."
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, f"{name} is not UTF-8 text."
    if "\0" in text:
        return None, f"{name} is not text."
    return text, ""


def _step(directory: int, part: str, flag: int) -> int:
    try:
        return os.open(part, os.O_RDONLY | os.O_NOFOLLOW | flag, dir_fd=directory)
    finally:
        os.close(directory)


def printable(text: str) -> str:
    """A name that a learner chose, without control or direction characters, of bounded length."""
    return "".join(c if c.isprintable() else "?" for c in text)[:120]
