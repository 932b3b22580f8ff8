"""The mistake cache: the results of the hidden tests for every mistake, on fixed inputs.

Each submission has inputs of its own, so its results can be compared with those of a mistake only
on a second, fixed set of inputs. The cache holds the results of the mistakes on that set. It is
filled when a submission first fails a task, and is valid until the grader, the course secret or
the unit's tests and mistakes change.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bnlab.kit.diagnosis.known import Known, known_from_data, known_to_data

from ..core.fingerprint import grader_digest


class MistakeCache:
    """What the references and the known mistakes give, by unit and task.

    Args:
        secret: the course secret, from which the fixed inputs are drawn.
        folder: the folder of the files, one for each task; None keeps the cache in memory.
    """

    def __init__(self, secret: bytes, folder: Path | None = None):
        self._secret, self._folder = secret, folder
        self._known: dict[tuple[str, str], Known] = {}
        self._lock = threading.Lock()

    def known(self, unit: str, task: str, fill: Callable[[], Known]) -> Known:
        """Return what is known of a task; `fill` computes it if it is not stored."""
        with self._lock:
            if (unit, task) not in self._known:
                self._known[unit, task] = self._from_file(unit, task, fill)
            return self._known[unit, task]

    def _from_file(self, unit: str, task: str, fill: Callable[[], Known]) -> Known:
        if self._folder is None:
            return fill()
        path = self._folder / f"{unit}.{task}"
        key = hashlib.sha256(self._secret + grader_digest(unit).encode()).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # If several judges need the same task, one fills the file and the others read it;
            # files of different tasks are filled at the same time.
            lock = os.open(_hidden(path, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return fill()  # without a cache, grading is only slower
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = _read(path, key)
            if known is None:
                known = fill()
                with suppress(OSError):
                    _write(path, key, known)
            return known
        finally:
            os.close(lock)


def _hidden(path: Path, purpose: str) -> Path:
    return path.with_name(f".{path.name}.{purpose}")


def _write(path: Path, key: str, known: Known) -> None:
    content = json.dumps({"key": key} | known_to_data(known, exact=True)).encode()
    partial = _hidden(path, "partial")
    try:
        with open(partial, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(content)
        os.replace(partial, path)
    except OSError:  # the disk is full: leave the space to others
        partial.unlink(missing_ok=True)
        raise


def _read(path: Path, key: str) -> Known | None:
    """Return the content of a file; None if it is damaged, or was written under another key."""
    try:
        data = json.loads(path.read_bytes())
        return known_from_data(data) if data["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
