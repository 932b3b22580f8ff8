"""How long a gradebook is locked at a time, as somebody sees who wants to save meanwhile."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

PAUSE_S = 0.02
"""Seconds between two attempts to save."""
TIMEOUT_S = 600.0


class SaveAttempts:
    """A thread that takes the lock for writing again and again. Use as a context manager.

    The formgrader does the same when it saves a mark; nothing is written here.

    Args:
        gradebook: nbgrader's database, an SQLite file.

    Attributes:
        count: attempts so far.
        longest: seconds that the slowest attempt took.
    """

    def __init__(self, gradebook: Path):
        self._gradebook = gradebook
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._attempts)
        self.count, self.longest = 0, 0.0

    def __enter__(self) -> SaveAttempts:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _attempts(self) -> None:
        base = sqlite3.connect(self._gradebook, timeout=TIMEOUT_S, isolation_level=None)
        try:
            while not self._end.wait(PAUSE_S):
                start = time.perf_counter()
                base.execute("BEGIN IMMEDIATE")
                base.execute("ROLLBACK")
                self.longest = max(self.longest, time.perf_counter() - start)
                self.count += 1
        finally:
            base.close()
