"""Submissions on disk: `<learner>/<unit>/` with a notebook and `bnlab/<unit>.py`.

Learners control these files. Only regular files of bounded size inside the folder are read, links
are not followed, and the content must be text.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bnlab.kit.course import unit as find_unit
from bnlab.kit.course import units
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES, MAX_SOURCE_BYTES

from ..core.errors import GraderError
from ..core.text import printable


@dataclass(frozen=True)
class Submission:
    """What one learner handed in for one unit. The files are read when a method asks for them."""

    learner: str
    unit: str
    folder: Path

    def source(self) -> tuple[str | None, str]:
        """Return the text of `bnlab/<unit>.py` and "", or None and the reason.

        For a unit without a module the result is None and "".
        """
        if not find_unit(self.unit).coded:
            return None, ""
        return read_text(self.folder, f"bnlab/{self.unit}.py", MAX_SOURCE_BYTES)

    def notebook(self) -> tuple[str | None, str]:
        """Return the text of the notebook and "", or None and the reason."""
        return read_text(self.folder, f"{find_unit(self.unit).slug}.ipynb", MAX_NOTEBOOK_BYTES)


def find(root: Path) -> tuple[list[Submission], list[str]]:
    """Return the submissions under `root` by learner and unit, and a line for each other folder.

    Raises:
        GraderError: `root` is not a folder, or contains no submission.
    """
    if not root.is_dir():
        raise GraderError(
            f"grade: folder {root} not found, expected a folder with <learner>/<unit>/; "
            "run `bngrader collect` or `bngrader sample` first."
        )
    found: list[Submission] = []
    notes: list[str] = []
    for learner in _folders(root):
        for folder in _folders(learner):
            if folder.name in units():
                found.append(Submission(learner.name, folder.name, folder))
            else:
                where = printable(f"{learner.name}/{folder.name}")
                notes.append(
                    f"{where}: ignored, because no unit has this name ({', '.join(units())})."
                )
    if not found:
        raise GraderError(
            f"grade: no submission found in {root}, expected <learner>/<unit>/; "
            "run `bngrader collect` or `bngrader sample` first."
        )
    order = list(units())
    found.sort(key=lambda each: (each.learner, order.index(each.unit)))
    return found, notes


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders in `root`, without hidden ones and without links to folders."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def read_text(folder: Path, name: str, limit: int) -> tuple[str | None, str]:
    """Return the text of a learner's file and "", or None and the reason in one sentence.

    Links are not followed in any part of the path; pipes and devices are not opened.

    Args:
        limit: size in bytes above which a file is refused.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        for part in Path(name).parts[:-1]:
            descriptor = _open_in(descriptor, part, os.O_DIRECTORY)
        descriptor = _open_in(descriptor, Path(name).name, os.O_NONBLOCK)
    except FileNotFoundError:
        return None, f"{name} is missing."
    except OSError:
        return None, f"{name} is not a regular file."
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None, f"{name} is not a regular file."
    if status.st_nlink > 1:  # it may be a second name of one of the teacher's files
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


def _open_in(directory: int, part: str, flag: int) -> int:
    """Return a descriptor of an entry of an open folder, and close the folder."""
    try:
        return os.open(part, os.O_RDONLY | os.O_NOFOLLOW | flag, dir_fd=directory)
    finally:
        os.close(directory)
