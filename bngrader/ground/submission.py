"""A submission on disk: `<learner>/<stem>/` with a notebook and `bnlab/<stem>.py`; no more is read.

Files are the learner's, so nothing about them is taken for granted: only regular files, of bounded
size, inside the folder, that are text.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bnlab.kit.desk.submitting import MAX_NOTEBOOK, MAX_SOURCE
from bnlab.kit.tasks import stem as find_stem
from bnlab.kit.tasks import stems


@dataclass(frozen=True)
class Submission:
    """One learner's work on one stem. Only its path is known until it is read."""

    learner: str
    stem: str
    folder: Path

    def source(self) -> tuple[str | None, str]:
        """Text of `bnlab/<stem>.py` and "", or None and why it cannot be had.

        A stem that has no module has nothing to be read and nothing amiss: None and "".
        """
        if not find_stem(self.stem).coded:
            return None, ""
        return read_text(self.folder, f"bnlab/{self.stem}.py", MAX_SOURCE)

    def notebook(self) -> tuple[str | None, str]:
        """Text of the notebook and "", or None and why it cannot be had."""
        return read_text(self.folder, f"{find_stem(self.stem).slug}.ipynb", MAX_NOTEBOOK)


def find(root: Path) -> tuple[list[Submission], list[str]]:
    """The submissions under `root`, by learner and stem, and a line for whatever is not one.

    Raises:
        ValueError: where `root` is not a folder, or holds no submission.
    """
    if not root.is_dir():
        raise ValueError(f"grade: folder is {root}, expected one with <learner>/<stem>/ in it.")
    found: list[Submission] = []
    notes: list[str] = []
    for learner in _folders(root):
        for folder in _folders(learner):
            if folder.name in stems():
                found.append(Submission(learner.name, folder.name, folder))
            else:
                where = printable(f"{learner.name}/{folder.name}")
                notes.append(
                    f"{where}: folder is not a stem, expected one of {', '.join(stems())}."
                )
    if not found:
        raise ValueError(f"grade: submissions in {root} are none, expected <learner>/<stem>/.")
    order = list(stems())
    found.sort(key=lambda each: (each.learner, order.index(each.stem)))
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
