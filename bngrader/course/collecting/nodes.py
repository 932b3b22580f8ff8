"""Files and folders of a download, on disk or in an archive. Learners control what is in them."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ...core.errors import GraderError
from ...core.text import printable

MAX_ARCHIVE_BYTES = 64 * 2**20
"""Size of the largest archive of a learner that is opened."""
MAX_DEPTH = 12
"""Folders below each other; more are a mistake or an attack."""
BLOCK_BYTES = 64 * 2**10
FILE, ZIP = "file", "zip"
EPOCH = datetime.fromtimestamp(0, UTC)


class UnreadableError(GraderError):
    """Something in a download cannot be used; the message is one sentence."""


@dataclass
class Node:
    """A file or a folder.

    Attributes:
        name: as it is written on disk or in the archive.
        path: names from the place that was given on the command line, with slashes.
        children: what a folder contains; empty for a file.
        opened: opens a file for reading in binary; None for a folder.
        problem: why it cannot be read, a sentence; "" if it can.
        time: when the file was changed, as `clock` says: "file" for the time on this disk, "zip"
            for the time in a zip, which has no zone and is read as local time.
        on_disk: whether it is a file on disk, and not in an archive.
    """

    name: str
    path: str
    children: list[Node] = field(default_factory=list)
    opened: Callable[[], BinaryIO] | None = None
    problem: str = ""
    size: int = 0
    time: datetime = EPOCH
    clock: str = FILE
    on_disk: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.opened is None and not self.problem

    @property
    def shown(self) -> str:
        """The path for a terminal."""
        return "/".join(printable(part) for part in self.path.split("/"))

    def read(self, limit: int) -> bytes:
        """Return the content of a file. The bytes are counted: a size in an archive may be wrong.

        Raises:
            UnreadableError: it is larger than `limit`, damaged, or no regular file.
        """
        if self.opened is None:
            raise UnreadableError(self.problem or "it is a folder.")
        parts, size = [], 0
        try:
            with self.opened() as file:
                while block := file.read(BLOCK_BYTES):
                    size += len(block)
                    if size > limit:
                        raise UnreadableError(
                            f"{printable(self.name)} is larger than {limit // 1024} KiB."
                        )
                    parts.append(block)
        except UnreadableError:
            raise
        except Exception as error:  # zipfile, zlib and the disk raise many kinds
            kind = type(error).__name__
            raise UnreadableError(f"{printable(self.name)} is damaged ({kind}).") from None
        return b"".join(parts)

    def packed(self) -> BinaryIO:
        """Return an archive as a file in which one can seek."""
        return io.BytesIO(self.read(MAX_ARCHIVE_BYTES))

    def walk(self) -> Iterator[Node]:
        """Yield all files and unreadable entries in it, itself included if it is one."""
        if not self.is_folder:
            yield self
        for child in self.children:
            yield from child.walk()


def on_disk(path: Path, above: str = "", depth: int = 0) -> Node:
    """Return a file or a folder on disk with all that is in it; links are not followed."""
    shown = f"{above}/{path.name}" if above else path.name
    status = path.lstat()
    node = Node(path.name, shown, size=status.st_size, on_disk=True)
    node.time = datetime.fromtimestamp(status.st_mtime, UTC)
    if is_system(path.name, folder=stat.S_ISDIR(status.st_mode)):
        node.problem = SYSTEM
    elif stat.S_ISDIR(status.st_mode):
        if depth > MAX_DEPTH:
            node.problem = f"it is {MAX_DEPTH} folders deep."
        else:
            node.children = [on_disk(each, shown, depth + 1) for each in sorted(path.iterdir())]
    elif stat.S_ISREG(status.st_mode):
        node.opened = partial(_opened, path)
    elif stat.S_ISLNK(status.st_mode):
        node.problem = "it is a link; put the file itself there."
    else:
        node.problem = "it is not a regular file."
    return node


def _opened(path: Path) -> BinaryIO:
    return open(path, "rb", opener=_no_link)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


SYSTEM = "a file of the system, nothing to collect."
"""What is said about files that operating systems and editors leave behind."""
_SYSTEM_NAMES = {
    "__macosx", ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "__pycache__", ".git",
    ".ipynb_checkpoints", ".vscode", ".idea", ".venv", ".localized", "icon\r", ".gitkeep",
}  # fmt: skip


def is_system(name: str, folder: bool = False) -> bool:
    """Return whether an operating system, Python or an editor makes files of this name."""
    folded = name.casefold()
    companion = folded.startswith(("._", "~$", ".~lock"))  # another file, whose name follows
    return folded in _SYSTEM_NAMES or (companion and not folder)
