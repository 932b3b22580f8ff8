"""A PostgreSQL server of its own for the tests, from the system's package, on a Unix socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = Path("/usr/lib/postgresql")  # of Debian and Ubuntu


def programs() -> Path:
    """Returns the folder of `initdb`; skips the test where there is none."""
    found = [path.parent for path in sorted(PACKAGES.glob("*/bin/initdb"))]
    if not found and (on_path := shutil.which("initdb")):
        found.append(Path(on_path).resolve().parent)
    if not found:
        pytest.skip("no PostgreSQL: apt install postgresql")
    return found[-1]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yields the address of an empty database of nbgrader's kind; no port is opened."""
    bin = programs()
    # A short path: that of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*words: object) -> None:
        command = [*as_owner, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(bin / "initdb", "-D", data, "-U", "grader", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(bin / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            run(bin / "createdb", "-h", folder, "-U", "grader", "marks")
            yield f"postgresql://grader@/marks?host={folder}"
        finally:
            run(bin / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
