"""Submissions on disk: `<learner>/<unit>/` with a notebook and `bnlab/<unit>.py`.

Learners control these files. Only regular files of bounded size inside the folder are read, links
are not followed, and the content must be text. Whatever else lies in the folder is named and never
opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bnlab.kit.course import unit as find_unit
from bnlab.kit.course import units
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES, MAX_SOURCE_BYTES, RECEIPT

from ..core.errors import GraderError
from ..core.text import count, printable

TIMESTAMP = "timestamp.txt"
"""The file in which nbgrader and `bngrader collect` keep the time of handing in."""

MAX_TIMESTAMP_BYTES = 200
LARGE_NOTEBOOK_BYTES = 2**20
"""JSON of this size takes a third of a second to parse at worst; a notebook of ours has 10 KB."""
MAX_NAMED_FILES = 12
MAX_LISTED_FILES = 1000
MISSING = " is missing."
TOLERATED = {
    RECEIPT, TIMESTAMP, ".ipynb_checkpoints", "__pycache__", "feedback", "submission_secret.txt",
}  # fmt: skip
"""What our programs, nbgrader and Jupyter leave beside the files of a submission."""


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

    def read(self, name: str, limit: int) -> tuple[bytes | None, str]:
        """Return the content of a file in the folder and "", or None and the reason."""
        return read_bytes(self.folder, name, limit)

    def has_large_notebook(self) -> bool:
        """Return whether a notebook in the folder is so large that its parse takes long."""
        for name in {f"{find_unit(self.unit).slug}.ipynb", *self.notebooks()}:
            with suppress(OSError):
                if (self.folder / name).lstat().st_size > LARGE_NOTEBOOK_BYTES:
                    return True
        return False

    def notebooks(self) -> list[str]:
        """Return the names of the notebooks in the folder."""
        return [each for each in _names(self.folder, set()) if each.lower().endswith(".ipynb")]

    def timestamp(self) -> tuple[str, str]:
        """Return the text of the time of handing in and "", or "" and why it cannot be read.

        Both are "" if there is no such file.
        """
        text, problem = read_text(self.folder, TIMESTAMP, MAX_TIMESTAMP_BYTES)
        if text is None:
            return "", "" if problem.endswith(MISSING) else problem
        return text.strip(), ""

    def others(self, notebook: str = "") -> str:
        """Return the names of all other files in the folder, in one line; "" if there are none.

        Args:
            notebook: the name of the notebook, if it has another than it should have.
        """
        unit = find_unit(self.unit)
        names = _names(self.folder, {f"{unit.slug}.ipynb", notebook, "bnlab"})
        # the rest of the package is there if a learner works in a folder of nbgrader's exchange
        package = {"__init__.py", "kit", *(f"{name}.py" for name in units())}
        names += (f"bnlab/{each}" for each in _names(self.folder / "bnlab", package))
        shown = [printable(name) for name in names[:MAX_NAMED_FILES]]
        if more := len(names) - len(shown):
            limit = "at least " if len(names) >= MAX_LISTED_FILES else ""
            shown.append(f"{limit}{count(more, 'more file')}")
        return ", ".join(shown)


def _names(folder: Path, known: set[str]) -> list[str]:
    """Return the first names in a folder without the known ones; that of a folder ends in "/"."""
    names: list[str] = []
    with suppress(OSError):
        if folder.is_symlink():
            return names
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name not in known | TOLERATED:
                    names.append(entry.name + "/" * entry.is_dir(follow_symlinks=False))
                if len(names) >= MAX_LISTED_FILES:
                    break
    return sorted(names)


def find(root: Path) -> tuple[list[Submission], list[str]]:
    """Return the submissions under `root` by learner and unit, and a line for each other folder.

    Raises:
        GraderError: `root` is not a folder, or contains no submission.
    """
    if not root.is_dir():
        raise GraderError(
            f"folder {root} not found, expected a folder with <learner>/<unit>/; "
            "run `bngrader collect` or `bngrader sample` first."
        )
    found: list[Submission] = []
    notes: list[str] = []
    for learner in _folders(root):
        try:
            folders = list(_folders(learner))
        except OSError as error:
            notes.append(
                f"! {printable(learner.name)}: cannot be read ({error.strerror}); "
                "nothing of this learner was graded."
            )
            continue
        for folder in folders:
            if folder.name in units():
                found.append(Submission(learner.name, folder.name, folder))
            else:
                where = printable(f"{learner.name}/{folder.name}")
                notes.append(
                    f"{where}: ignored, because no unit has this name ({', '.join(units())})."
                )
    if not found:
        _check_depth(root)
        raise GraderError(
            f"no submission found in {root}, expected <learner>/<unit>/; "
            "run `bngrader collect` or `bngrader sample` first."
        )
    order = list(units())
    found.sort(key=lambda each: (each.learner, order.index(each.unit)))
    return found, notes


def _check_depth(root: Path) -> None:
    """Raise an error if `root` is the folder of one learner, or of one submission."""
    course, only = root.parent, root.name
    if root.name in units() and (root / "bnlab").is_dir():
        course, only = root.parent.parent, f"{root.parent.name}/{root.name}"
    elif not any((root / name).is_dir() for name in units()):
        return
    raise GraderError(
        f"{root} is the folder of one learner, expected a folder with <learner>/<unit>/; "
        f"run `bngrader grade {course} --only {printable(only)}`."
    )


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders in `root`, without hidden ones and without links to folders."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def read_text(folder: Path, name: str, limit: int) -> tuple[str | None, str]:
    """Return the text of a learner's file and "", or None and the reason, as `read_bytes` does."""
    content, problem = read_bytes(folder, name, limit)
    if content is None:
        return None, problem
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, f"{name} is not UTF-8 text."
    if "\0" in text:
        return None, f"{name} is not text."
    return text, ""


def read_bytes(folder: Path, name: str, limit: int) -> tuple[bytes | None, str]:
    """Return the content of a learner's file and "", or None and the reason in one sentence.

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
        return None, f"{name}{MISSING}"
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EIO):
            return None, f"{name} cannot be read ({error.strerror})."
        return None, f"{name} is not a regular file."
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None, f"{name} is not a regular file."
    if status.st_nlink > 1:  # it may be a second name of one of the teacher's files
        os.close(descriptor)
        return None, f"{name} is a hard link, expected a file of its own."
    try:
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        return None, f"{name} cannot be read ({error.strerror})."
    if len(content) > limit:
        return None, f"{name} is larger than {limit // 1024} KiB."
    return content, ""


def _open_in(directory: int, part: str, flag: int) -> int:
    """Return a descriptor of an entry of an open folder, and close the folder."""
    try:
        return os.open(part, os.O_RDONLY | os.O_NOFOLLOW | flag, dir_fd=directory)
    finally:
        os.close(directory)
