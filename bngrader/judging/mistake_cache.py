"""The mistake cache: the outcomes of the hidden tests for every mistake, on fixed inputs.

Each submission has inputs of its own, so its results can be compared with those of a mistake only
on a second, fixed set of inputs. The cache holds the results of the mistakes on that set. It is
filled when a submission first fails a task, and is valid until the grader, the course secret or
the unit's tests and mistakes change.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bnlab.kit.testing.assertions import Observation
from bnlab.kit.testing.properties import End, Outcome, Property

from ..core.fingerprint import grader_digest
from ..remote import wire

Known = dict[str, list[Outcome]]
"""For each mistake of a task, by name, the outcomes of the task's hidden tests in their order."""


class MistakeCache:
    """The outcomes of known mistakes, by unit and task.

    Args:
        secret: the course secret, from which the fixed inputs are drawn.
        folder: the folder of the files, one for each task; None keeps the cache in memory.
    """

    def __init__(self, secret: bytes, folder: Path | None = None):
        self._secret, self._folder = secret, folder
        self._known: dict[tuple[str, str], Known] = {}
        self._lock = threading.Lock()

    def known(
        self, unit: str, task: str, tests: Sequence[Property], fill: Callable[[], Known]
    ) -> Known:
        """Return the outcomes for a task's mistakes; `fill` computes them if they are unknown.

        Args:
            tests: the hidden tests of the task.
        """
        with self._lock:
            if (unit, task) not in self._known:
                self._known[unit, task] = self._from_file(unit, task, tests, fill)
            return self._known[unit, task]

    def _from_file(
        self, unit: str, task: str, tests: Sequence[Property], fill: Callable[[], Known]
    ) -> Known:
        if self._folder is None:
            return fill()
        path = self._folder / f"{unit}.{task}"
        key = hashlib.sha256(self._secret + grader_digest(unit).encode()).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # If several judges need the same task, one fills the file and the others read it.
            lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return fill()  # without a cache, grading is only slower
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = _read(path, key, tests)
            if known is None:
                known = fill()
                with suppress(OSError):
                    _write(path, key, known)
            return known
        finally:
            os.close(lock)


def _write(path: Path, key: str, known: Known) -> None:
    """Write a frame with the key and the number of mistakes, then one frame for each mistake."""
    frames = [wire.encode({"key": key, "mistakes": len(known)})]
    for name, outcomes in known.items():
        rows = [
            [
                each.property.name,
                each.end.value,
                each.detail,
                [[seen.what, seen.got] for seen in each.observations],
            ]
            for each in outcomes
        ]
        frames.append(wire.encode({"mistake": name, "outcomes": rows}, _class_only))
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            for frame in frames:
                file.write(struct.pack("<I", len(frame)) + frame)
        os.replace(partial, path)
    except OSError:  # the disk is full: leave the space to others
        partial.unlink(missing_ok=True)
        raise


def _class_only(value: Any) -> wire.Opaque:
    """Return what is stored for a value that stayed in the child: only its class is compared."""
    return wire.Opaque(getattr(value, "type_name", type(value).__name__))


def _read(path: Path, key: str, tests: Sequence[Property]) -> Known | None:
    """Return the content of a file; None if it is damaged, or was written under another key."""
    try:
        content = path.read_bytes()
        values, at = [], 0
        while at < len(content):
            (length,) = struct.unpack_from("<I", content, at)
            values.append(wire.decode(content[at + 4 : at + 4 + length]))
            at += 4 + length
        head, *rows = values
        if head != {"key": key, "mistakes": len(rows)}:
            return None
        by_name = {each.name: each for each in tests}
        return {
            row["mistake"]: [
                Outcome(
                    by_name[name],
                    end=End(end),
                    detail=detail,
                    observations=tuple(Observation(*each) for each in seen),
                )
                for name, end, detail, seen in row["outcomes"]
            ]
            for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError, struct.error, wire.WireError):
        return None
