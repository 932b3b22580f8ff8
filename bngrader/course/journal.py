"""The journal of a course: one line for each submission that was judged, written as it is judged.

A run that is killed at any instant has lost at most what it was judging at that instant. The next
run reads the journal and judges only what is not in it, or was judged by another grader, with
another secret, or from another file. Lines are added and never changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from ..core.fingerprint import grader_digest

BATCH = 64
SECONDS = 1.0


def key_of(unit: str, source: str | None, problem: str, secret: bytes, device: str = "cpu") -> str:
    """The digest of all that a report follows from: file, grader, secret, and a device."""
    digest = hashlib.sha256()
    on = () if device == "cpu" else (device,)
    for part in (unit, repr(source), problem, grader_digest(unit), *on):
        digest.update(f"{len(part)} {part}\n".encode("utf-8", "backslashreplace"))
    digest.update(hashlib.sha256(secret).digest())
    return digest.hexdigest()


class Journal:
    """What was judged before, and where to write what is judged now. Use as a context manager.

    Args:
        path: of the file; it is made where there is none.

    Raises:
        ValueError: where another run has it open, or it cannot be read.

    Attributes:
        fault: why it cannot be written; "" while it can. The run goes on without it.
    """

    def __init__(self, path: Path):
        self.path, self.fault = path, ""
        self._rows: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        self._waiting, self._synced = 0, time.monotonic()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise ValueError(
                f"journal: {path} cannot be opened ({error.strerror}), expected to write it."
            ) from None
        try:
            # The lock goes with the process, however it ends.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise ValueError(
                f"journal: {path} is in use by another run, expected one at a time; wait for it."
            ) from None
        self._whole = self._read()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> bool:
        """Takes in the lines; whether the last one is whole. A torn or foreign line is skipped."""
        content = self.path.read_bytes()
        for line in content.splitlines():
            try:
                row = json.loads(line)
                self._rows[row["learner"], row["unit"]] = (row["key"], row["judged"])
            except (ValueError, KeyError, TypeError):
                continue
        return content.endswith(b"\n") or not content

    def known(self, learner: str, unit: str, key: str) -> dict[str, Any] | None:
        """What `add` was told of this very submission; None where it was told nothing yet."""
        before, judged = self._rows.get((learner, unit), ("", {}))
        return judged if before == key else None

    def add(self, learner: str, unit: str, key: str, judged: dict[str, Any]) -> None:
        """Writes a line; it is on the disk within a second or so."""
        row = {"learner": learner, "unit": unit, "key": key, "judged": judged}
        text = json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n"
        if not self._whole:
            text = "\n" + text  # what a killed run left of its last line ends here
        try:
            data = text.encode("ascii")
            # One write: a line is whole or it is the last.
            self._whole = os.write(self._file, data) == len(data)
            if not self._whole:
                raise OSError(28, os.strerror(28))
            self._waiting += 1
            if self._waiting >= BATCH or time.monotonic() - self._synced > SECONDS:
                self._sync()
        except OSError as error:
            self.fault = (
                f"journal: {self.path} cannot be written ({error.strerror}); "
                "a run that is killed now begins anew."
            )

    def _sync(self) -> None:
        os.fsync(self._file)
        self._waiting, self._synced = 0, time.monotonic()

    def close(self) -> None:
        """Puts everything on the disk and gives the file free."""
        try:
            if self._waiting:
                self._sync()
        except OSError as error:
            self.fault = f"journal: {self.path} cannot be written ({error.strerror})."
        finally:
            os.close(self._file)
