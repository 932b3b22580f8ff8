"""What the hidden tests see of each known mistake, on inputs that are the same for everybody.

A submission's own inputs are its own, so its results can be compared with a mistake's only on a
second, fixed set. The mistakes' side of that set is the cache. It is filled when a task is first
failed, and kept in the course's folder until something that decides it changes.
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
from bnlab.kit.testing.properties import Outcome, Property

from ..core.fingerprint import grader_digest
from ..remote import wire

Known = dict[str, list[Outcome]]
"""For each mistake of a task, by name, the outcomes of the task's hidden tests in their order."""


class MistakeCache:
    """The known mistakes of a course's tasks.

    Args:
        secret: the course's secret, which the fixed inputs are drawn from.
        folder: where they are kept between runs; None keeps them for this process.
    """

    def __init__(self, secret: bytes, folder: Path | None = None):
        self._secret, self._folder = secret, folder
        self._known: dict[tuple[str, str], Known] = {}
        self._lock = threading.Lock()

    def known(
        self, unit: str, task: str, tests: Sequence[Property], fill: Callable[[], Known]
    ) -> Known:
        """The task's mistakes; `fill` runs them where they are not known yet."""
        with self._lock:
            if (unit, task) not in self._known:
                self._known[unit, task] = self._kept(unit, task, tests, fill)
            return self._known[unit, task]

    def _kept(
        self, unit: str, task: str, tests: Sequence[Property], fill: Callable[[], Known]
    ) -> Known:
        if self._folder is None:
            return fill()
        path = self._folder / f"{unit}.{task}"
        key = hashlib.sha256(self._secret + grader_digest(unit).encode()).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Of several judges that want the same task, one fills it; the others wait and read.
            lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return fill()  # a cache that cannot be written only costs time
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
    """One frame that says what follows, then one frame per mistake."""
    frames = [wire.encode({"key": key, "mistakes": len(known)})]
    for name, outcomes in known.items():
        rows = [
            [each.property.name, each.end, [[seen.what, seen.got] for seen in each.observations]]
            for each in outcomes
        ]
        frames.append(wire.encode({"mistake": name, "outcomes": rows}, _stand_in))
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            for frame in frames:
                file.write(struct.pack("<I", len(frame)) + frame)
        os.replace(partial, path)
    except OSError:  # no room: what there is of it is for others
        partial.unlink(missing_ok=True)
        raise


def _stand_in(value: Any) -> wire.Opaque:
    """Of a value that was never fetched only its class is compared."""
    return wire.Opaque(getattr(value, "type_name", type(value).__name__))


def _read(path: Path, key: str, tests: Sequence[Property]) -> Known | None:
    """What `_write` wrote under this key; None where it wrote something else, or half of it."""
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
                Outcome(by_name[name], end=end, observations=tuple(Observation(*o) for o in seen))
                for name, end, seen in row["outcomes"]
            ]
            for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError, struct.error, wire.WireError):
        return None
