"""The escape probes run against one tier, with real targets for them to reach.

The probes are the functions of `escape_probes.py`; a caller runs them in a child.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .tiers import ProbeResult, TierCheck

PROBES = Path(__file__).with_name("escape_probes.py")
MAX_FILES_LISTED, MAX_FILES_READ = 1000, 12
"""Of the first files of each private folder, the probes try to read a few."""

Ask = Callable[..., Any]
"""Calls a function of `escape_probes.py` in a child; returns its value, or None if it raised, if
the child died or if the value cannot be read."""


@dataclass(frozen=True)
class EscapeTargets:
    """The targets of the probes, which belong to this process.

    Attributes:
        secret: a file that only the owner may read.
        token: the random text in `secret` and at `address`.
        open_folder: a folder in which anybody may write.
        tcp: the port of a listening socket on the loopback interface.
        abstract: the address of a listening abstract socket.
        path: the path of a listening Unix socket.
        address: the address of `token` in the memory of this process.
    """

    secret: Path
    token: str
    open_folder: Path
    tcp: int
    abstract: str
    path: str
    address: int


@contextmanager
def escape_targets() -> Iterator[EscapeTargets]:
    """Create the targets, and remove them after the block."""
    token = secrets.token_hex(16)
    memory = ctypes.create_string_buffer(token.encode())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bngrader-probes-")))
        folder.chmod(0o755)
        secret, open_folder = folder / "secret", folder / "open"
        secret.touch(0o600)
        secret.write_text(token)
        open_folder.mkdir()
        open_folder.chmod(0o777)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract, path = f"\0bngrader-{token}", str(folder / "socket")
        for address in (abstract, path):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen()
        os.chmod(path, 0o777)
        yield EscapeTargets(
            secret, token, open_folder, tcp.getsockname()[1], abstract, path,
            ctypes.addressof(memory),
        )  # fmt: skip


def check_escape(
    tier: str,
    mechanisms: Sequence[str],
    ask: Ask,
    ask_next: Ask,
    device: str = "cpu",
    private: Sequence[Path] = (),
) -> TierCheck:
    """Run every probe in children of one tier.

    Args:
        tier, mechanisms: the tier and what it consists of, for the result.
        ask: runs a probe in a child.
        ask_next: runs a probe in another child of the same worker.
        device: the device on which children compute.
        private: files and folders that no child may read.
    """
    works = ask("compute") is True
    device_problem = ask("device_problem", device) if device != "cpu" and works else ""
    with escape_targets() as targets:
        escaped = dict(_files(tier, ask, targets, private))
        left = f"/tmp/bngrader-left-{targets.token}"
        ask("create", left)
        escaped["leave something for the next submission"] = bool(ask_next("exists", left))
        Path(left).unlink(missing_ok=True)  # without confinement, the file is there
        escaped |= dict(_processes(ask, targets))
    probes = tuple(ProbeResult(name, not out) for name, out in escaped.items())
    problem = "" if works else "nothing can be computed, perhaps because only root can read Python"
    if device_problem != "":
        crashed = "a child that computes on the device ends"
        problem = crashed if device_problem is None else str(device_problem)
    return TierCheck(tier, tuple(mechanisms), probes, problem)


def _files(
    tier: str, ask: Ask, targets: EscapeTargets, private: Sequence[Path]
) -> Iterator[tuple[str, bool]]:
    for path in private:
        files = (each for each in path.rglob("*") if each.is_file())
        first = sorted(islice(files, MAX_FILES_LISTED)) or [path]
        some = first[:: -(-len(first) // MAX_FILES_READ)]
        yield f"read {path.name}", any(ask("read", str(each)) for each in some)
        yield f"list {path.name}", bool(ask("listing", str(path)))
    yield "read a file of its owner's", targets.token in str(ask("read", str(targets.secret)))
    if tier != "container":  # the files of a container are no secret
        yield (
            "read the machine's files",
            bool(ask("read", "/etc/passwd") or ask("listing", "/home")),
        )
    environs = [f"/proc/{pid}/environ" for pid in (os.getpid(), 1)]
    yield "read the grader's environment", any(ask("read", path) for path in environs)
    yield "write a file", bool(ask("create", str(targets.open_folder / "written")))
    yield "change the library", bool(ask("append", str(Path(os.__file__))))
    yield "connect to a TCP port", bool(ask("connect_tcp", targets.tcp))
    sockets = [ask("connect_unix", address) for address in (targets.abstract, targets.path)]
    yield "connect to a local socket", any(sockets)


def _processes(ask: Ask, targets: EscapeTargets) -> Iterator[tuple[str, bool]]:
    grader = os.getpid()
    yield "start a process", bool(ask("fork"))
    yield "run a program", bool(ask("run", "/bin/true"))
    yield "signal the grader", bool(ask("signal_to", grader) or ask("signal_by_file", grader))
    yield "signal everybody", bool(ask("signal_to", -1))
    yield "trace the grader", bool(ask("trace", grader))
    read = ask("memory_of", grader, targets.address, len(targets.token))
    yield "read the grader's memory", read == targets.token
    yield "be root", bool(ask("is_root"))
    yield "raise its own limits", bool(ask("raise_limits"))
    # Last, because it changes the user that the child runs as.
    yield "create a user namespace", bool(ask("own_users"))
