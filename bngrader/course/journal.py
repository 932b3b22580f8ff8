"""The journal of a course: one line for each judged submission, written as soon as it is judged.

A run that is killed loses at most the submissions that it was judging. The next run reads the
journal and judges only submissions that are not in it, or whose key is another: another file,
grader, secret or device. Lines are appended and never changed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import time
from pathlib import Path

from ..core.errors import GraderError
from ..core.fingerprint import grader_digest
from ..core.report import FORMAT, Report, as_data, from_data

SYNC_ROWS = 64
SYNC_INTERVAL_S = 1.0
"""The file is synced to the disk after so many rows or seconds, whichever comes first."""


class JournalInUseError(GraderError):
    """Another run has the journal open."""


def key_of(unit: str, source: str | None, problem: str, secret: bytes, device: str = "cpu") -> str:
    """Return the digest of all that decides a report, as hexadecimal text.

    Args:
        source: text of the module, None if there is none.
        problem: why there is none.
        device: where the learner's code runs.
    """
    digest = hashlib.sha256()
    on_device = () if device == "cpu" else (device,)
    for part in (unit, repr(source), problem, grader_digest(unit), *on_device):
        digest.update(f"{len(part)} {part}\n".encode("utf-8", "backslashreplace"))
    digest.update(hashlib.sha256(secret).digest())
    return digest.hexdigest()


class Journal:
    """The journal file of a run. Use as a context manager.

    Args:
        path: the file; it is created if it is missing.

    Raises:
        JournalInUseError: another run has it open.
        GraderError: it cannot be opened.

    Attributes:
        fault: why it cannot be written; "" while it can. The run continues without it.
    """

    def __init__(self, path: Path):
        self.path, self.fault = path, ""
        self._rows: dict[tuple[str, str], tuple[str, object]] = {}
        self._unsynced, self._synced = 0, time.monotonic()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise GraderError(
                f"journal: {path} cannot be opened ({error.strerror}); make the file writable, "
                "or choose another folder with --course."
            ) from None
        try:
            # The kernel releases the lock when the process ends, however it ends.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise JournalInUseError(
                f"journal: {path} is in use by another run; wait until that run has ended."
            ) from None
        self._ends_in_newline = self._read()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> bool:
        """Read all rows and skip lines of another form; return whether the last line is whole."""
        content = self.path.read_bytes()
        for line in content.splitlines():
            try:
                row = json.loads(line)
                if row["format"] == FORMAT:
                    self._rows[row["learner"], row["unit"]] = (row["key"], row["report"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
        return content.endswith(b"\n") or not content

    def known(self, learner: str, unit: str, key: str) -> Report | None:
        """Return the report that was added with this key; None if there is none."""
        before, data = self._rows.get((learner, unit), ("", None))
        try:
            return from_data(Report, data) if before == key else None
        except ValueError:  # a row that this program did not write
            return None

    def add(self, learner: str, unit: str, key: str, report: Report) -> None:
        """Append a row; it is synced to the disk within about a second.

        A failure is not raised: `fault` describes it.
        """
        row = {
            "format": FORMAT,
            "learner": learner,
            "unit": unit,
            "key": key,
            "report": as_data(report),
        }
        text = json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n"
        if not self._ends_in_newline:
            text = "\n" + text  # ends the torn line that a killed run left
        try:
            data = text.encode("ascii")
            # One system call: a torn line can only be the last one.
            self._ends_in_newline = os.write(self._file, data) == len(data)
            if not self._ends_in_newline:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._unsynced += 1
            if self._unsynced >= SYNC_ROWS or time.monotonic() - self._synced > SYNC_INTERVAL_S:
                self._sync()
        except OSError as error:
            self.fault = (
                f"journal: {self.path} cannot be written ({error.strerror}); "
                "if this run is stopped, the next one starts from the beginning."
            )

    def _sync(self) -> None:
        os.fsync(self._file)
        self._unsynced, self._synced = 0, time.monotonic()

    def close(self) -> None:
        """Sync the file and release it."""
        try:
            if self._unsynced:
                self._sync()
        except OSError as error:
            self.fault = f"journal: {self.path} cannot be written ({error.strerror})."
        finally:
            os.close(self._file)
