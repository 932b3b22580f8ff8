"""The program of a judge process: one judge, which serves a judge pool. Run, never imported.

The pool sends lines of JSON over a socket: first the settings, then one line for each submission.
The process answers with one line each. Several submissions may be under way at once, so that a slow
one does not delay the others. The process ends as soon as the socket is closed.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bngrader.core.errors import GraderError
from bngrader.core.report import as_data
from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits


def main() -> None:
    """Serve until the socket is closed."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    lines = sock.makefile("r", encoding="ascii")
    writer = LineWriter(sock)
    settings = json.loads(next(lines))
    if settings["core"] is not None:  # after the imports, some of which reset the affinity
        os.sched_setaffinity(0, {settings["core"]})
    judge = Judge(
        bytes.fromhex(settings["secret"]),
        Limits(*settings["limits"]) if settings["limits"] else None,
        settings["tier"],
        Path(settings["cache_dir"]) if settings["cache_dir"] else None,
        settings["device"],
        probe=False,  # the parent has probed the tier
        private=[Path(each) for each in settings["private"]],
    )
    try:
        judge.warm_up()
        writer.send({"ready": True})
    except GraderError as error:
        writer.send({"refused": str(error)})
    with ThreadPoolExecutor(settings["max_concurrent"]) as threads:
        for line in lines:
            threads.submit(answer, judge, json.loads(line), writer)
        judge.close()
        os._exit(0)  # threads may still wait for children, whose results nobody reads


def answer(judge: Judge, job: dict[str, Any], writer: LineWriter) -> None:
    """Judge one submission and send the report, or the error of the grader."""
    try:
        report = judge.judge(job["unit"], job["source"], job["problem"])
        writer.send({"id": job["id"], "report": as_data(report)})
    except Exception as error:  # a fault of the grader, which must not end the run
        writer.send({"id": job["id"], "error": f"{type(error).__name__}: {error}"[:500]})


class LineWriter:
    """The sending side of the socket; several threads may use it."""

    def __init__(self, sock: socket.socket):
        self._sock, self._lock = sock, threading.Lock()

    def send(self, row: dict[str, Any]) -> None:
        """Send one line; end the process if the pool is gone."""
        with self._lock:
            try:
                self._sock.sendall(json.dumps(row).encode("ascii") + b"\n")
            except OSError:
                os._exit(0)


if __name__ == "__main__":
    main()
