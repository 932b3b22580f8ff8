"""What was recorded and which pages were written, so that a run does only what has changed.

`recorded.json` in the folder of the course has a digest for each submission, made of everything
that its rows, its graded notebook and its page depend on. Nothing else depends on the file: without
it, or after a run that was killed, more is recorded than necessary.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ..core.errors import GraderError
from ..core.files import write_atomically
from ..course.course import Course
from .database import Name

FORMAT = 1
SAVE_INTERVAL_S = 5.0


def digest(*parts: str | bytes | None) -> str:
    """Return a digest of texts, which tells apart where one ends and the next begins."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(f"{-1 if data is None else len(data)} ".encode())
        total.update(data or b"")
    return total.hexdigest()


class State:
    """The digests of a course by submission. Use as a context manager, which saves them.

    Attributes:
        marks: digest of what was recorded.
        pages: digest of what the page shows, with size and time of the file.
    """

    def __init__(self, course: Course):
        self._path = course.root / "recorded.json"
        self.marks: dict[Name, str] = {}
        self.pages: dict[Name, list[str | int]] = {}
        self._saved, self._before = time.monotonic(), ""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            self._before = self._path.read_text("utf-8")
            data = json.loads(self._before)
            if data["format"] == FORMAT:
                self.marks = {_name(key): str(value) for key, value in data["marks"].items()}
                self.pages = {_name(key): list(value) for key, value in data["pages"].items()}

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.save()

    def save(self, interval: float = 0.0) -> None:
        """Write the file if it was last written before so many seconds."""
        if time.monotonic() - self._saved < interval:
            return
        data = {
            "format": FORMAT,
            "marks": {"/".join(name): value for name, value in sorted(self.marks.items())},
            "pages": {"/".join(name): value for name, value in sorted(self.pages.items())},
        }
        text = json.dumps(data, indent=0) + "\n"
        if text != self._before:
            with suppress(GraderError):  # the next run does more
                write_atomically(self._path, text)
                self._before = text
        self._saved = time.monotonic()


def _name(key: str) -> Name:
    learner, _, unit = key.rpartition("/")
    return learner, unit


def stamp(path: Path) -> list[str | int]:
    """Return size and time of a file, [] if there is none."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def content(paths: Iterable[Path]) -> list[bytes | None]:
    """Return the content of files, None for one that cannot be read."""
    found: list[bytes | None] = []
    for path in paths:
        try:
            found.append(path.read_bytes())
        except OSError:
            found.append(None)
    return found
