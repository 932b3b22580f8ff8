"""Targets of the attacks: planted secrets, listeners, files and processes of others.

Each attack gets its own targets and knows where they are, because a defence must not depend on a
name that is hard to guess. It does not know the canary, a random text in every secret.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import py_compile
import secrets
import select
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bnlab.kit.course import unit as find_unit

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "CANARY"
"""The environment variable of this process that holds the canary."""


class Targets:
    """Targets in a folder of their own; a context manager.

    Args:
        folder: an empty folder, which every user may read: the defence must not be file modes.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.canary = secrets.token_hex(16)
        self.process_name = f"hx{secrets.token_hex(5)}"
        """Name that processes of an attack give themselves."""

    def __enter__(self) -> Targets:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self._plant_files()
        self._listen()
        os.environ[VARIABLE] = self.canary
        self._memory = ctypes.create_string_buffer(self.canary.encode())
        self.sentinel = subprocess.Popen(["sleep", "600"], env=os.environ | {"PATH": "/usr/bin"})
        self._before = self._state()
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._listeners:
            each.close()
        os.environ.pop(VARIABLE, None)
        self.sentinel.kill()
        self.sentinel.wait()
        for pid in self.alive():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(FileNotFoundError):
            self._shared.unlink()

    def _plant_files(self) -> None:
        self.drop = self.folder / "drop"
        self.site = self.folder / "site"
        self.submitted = self.folder / "submitted"
        classmate = self.submitted / "classmate" / "moments" / "bnlab" / "moments.py"
        for each in (self.drop, self.site, classmate.parent):
            each.mkdir(parents=True)
            each.chmod(0o777)
        texts = {
            "secret": f"{self.canary}\n",
            "nbgrader_config.py": "c = get_config()\n",
            "teacher.py": f"# {self.canary}: an answer of the teacher's\n",
            "home/.ipython/startup.py": "",
        }
        self._classmate = classmate
        classmate.write_text(f"# {self.canary}: the work of a classmate\n")
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o666)
        with sqlite3.connect(self.folder / "gradebook.db") as book:
            book.execute("create table grade (learner text, score real, note text)")
            book.execute("insert into grade values ('classmate', 7, ?)", [self.canary])
        book.close()
        os.chmod(self.folder / "gradebook.db", 0o666)
        # Python writes this file itself, unless PYTHONDONTWRITEBYTECODE is set.
        py_compile.compile(str(solutions.SOLUTIONS / "hidden_tests" / "test_moments.py"))
        self._shared = Path("/dev/shm") / self.process_name
        self._shared.write_text(self.canary)

    def _listen(self) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._unix = socket.socket(socket.AF_UNIX)
        self._unix.bind(str(self.folder / "listener"))
        os.chmod(self.folder / "listener", 0o666)
        self._abstract = socket.socket(socket.AF_UNIX)
        self._abstract.bind(f"\0{self.process_name}")
        self._listeners = [self._tcp, self._udp, self._unix, self._abstract]
        for each in (self._unix, self._abstract):
            each.listen()

    def submission(self, unit: str = "moments", learner: str = "mallory") -> Path:
        """Write a right submission for an attack to change; return its folder."""
        folder = self.submitted / learner / unit
        (folder / "bnlab").mkdir(parents=True)
        (folder / "bnlab" / f"{unit}.py").write_text(solutions.solved(unit), "utf-8")
        (folder / f"{find_unit(unit).slug}.ipynb").write_bytes(notebook_bytes(find_unit(unit)))
        return folder

    def as_dict(self) -> dict[str, Any]:
        """Return what the attack knows."""
        return {
            "root": str(ROOT),
            "solutions": str(ROOT / "solutions"),
            "folder": str(self.folder),
            "drop": str(self.drop),
            "site": str(self.site),
            "secret": str(self.folder / "secret"),
            "config": str(self.folder / "nbgrader_config.py"),
            "gradebook": str(self.folder / "gradebook.db"),
            "home": str(self.folder / "home"),
            "classmate": str(self._classmate),
            "shared": str(self._shared),
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "unix": str(self.folder / "listener"),
            "abstract": f"\0{self.process_name}",
            "judge": os.getpid(),
            "sentinel": self.sentinel.pid,
            "address": ctypes.addressof(self._memory),
            "length": len(self.canary),
            "process_name": self.process_name,
            "variable": VARIABLE,
        }

    def harm(self, obtained: Any, wait_s: float = 0.0) -> dict[str, str]:
        """Return the harm outside by the name of the witness that saw it; {} for no harm.

        Args:
            obtained: what the attack returned.
            wait_s: seconds to wait first, for harm that comes late.
        """
        time.sleep(wait_s)
        seen: dict[str, str] = {}
        if obtained:
            seen["obtained"] = repr(obtained)[:200]
        if self.canary in repr(obtained):
            seen["canary"] = "the attack read a secret"
        ready, _, _ = select.select(self._listeners, [], [], 0)
        if ready:
            seen["received"] = "a listener got a message"
        if self._state() != self._before:
            seen["changed"] = "a file outside changed"
        if self.alive():
            seen["alive"] = "a process ran after its submission"
        if self.sentinel.poll() is not None:
            seen["killed"] = "another process was killed"
        return seen

    def alive(self) -> list[int]:
        """Return the processes of the attack, by their name."""
        found = []
        for path in Path("/proc").glob("[0-9]*/comm"):
            with contextlib.suppress(OSError):
                if path.read_text().strip() == self.process_name:
                    found.append(int(path.parent.name))
        return found

    def _state(self) -> dict[str, str]:
        """Return mode and digest of every file but those of the submission."""
        found = {"shared": _digest(self._shared)}
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder).parts
            if inside[:1] == ("submitted",) and inside[1:2] not in ((), ("classmate",)):
                continue
            if path.is_file() and not path.is_symlink():
                found[str(path)] = f"{path.stat().st_mode:o} {_digest(path)}"
        return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
