"""One judge in a process of its own, at the service of an engine. Run, never imported.

Lines of JSON come in on a socket and go out on it: first the setting, then a line per submission.
Several submissions may be under way at once, so that one whose time runs out keeps no other
waiting. When the socket closes everything here ends, whatever it was doing.
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

from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits
from bngrader.sandbox.tiers import SandboxUnavailableError


def main() -> None:
    """Serves until the other side is gone."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    lines = sock.makefile("r", encoding="ascii")
    voice = LineWriter(sock)
    settings = json.loads(next(lines))
    if settings["core"] is not None:  # not earlier: an import may put back what it found
        os.sched_setaffinity(0, {settings["core"]})
    judge = Judge(
        bytes.fromhex(settings["secret"]),
        Limits(*settings["limits"]) if settings["limits"] else None,
        settings["tier"],
        Path(settings["cache_dir"]) if settings["cache_dir"] else None,
        settings["device"],
    )
    try:
        judge.warm_up()
        voice.say({"tier": judge.tier})
    except SandboxUnavailableError as error:
        voice.say({"refused": str(error)})
    with ThreadPoolExecutor(settings["max_concurrent"]) as pool:
        for line in lines:
            pool.submit(answer, judge, json.loads(line), voice)
        judge.close()
        os._exit(0)  # a thread may be waiting for a child that no longer matters


def answer(judge: Judge, work: dict[str, Any], voice: LineWriter) -> None:
    """Judges one submission and says what came of it."""
    try:
        report = judge.judge(work["unit"], work["source"], work["problem"])
        voice.say({"id": work["id"], "report": report.as_json()})
    except Exception as error:  # a fault of ours: it is told, and costs the class nothing
        voice.say({"id": work["id"], "error": f"{type(error).__name__}: {error}"[:500]})


class LineWriter:
    """The way out, one line at a time however many threads speak."""

    def __init__(self, sock: socket.socket):
        self._sock, self._lock = sock, threading.Lock()

    def say(self, row: dict[str, Any]) -> None:
        """Sends one line; where nobody listens any more, ends the process."""
        with self._lock:
            try:
                self._sock.sendall(json.dumps(row).encode("ascii") + b"\n")
            except OSError:
                os._exit(0)


if __name__ == "__main__":
    main()
