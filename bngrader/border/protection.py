"""Whether a tier of confinement holds: what a learner's code might try is tried, in a real child.

Nothing is taken from a version number. A tier is used when every attempt fails and the work that a
child is there for succeeds.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIERS = ("namespaces", "landlock", "container", "none")
"""Best first; `none` is never taken unasked."""

SOURCE = Path(__file__).with_name("confine") / "attempts.py"
SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
COURSE = Path(os.environ.get("BNGRADER_COURSE", SOLUTIONS.with_name("course")))

Ask = Callable[..., Any]
"""Calls a function of `attempts.py` in a child: its value, or None where it raised or died."""


class Unprotected(ValueError):
    """Nothing here keeps the learner's code from the teacher's files."""


class NoDevice(Unprotected):
    """There is no device here, or none on which a confined child can compute."""


@dataclass(frozen=True)
class Attempt:
    """One way out, and whether it was shut."""

    name: str
    held: bool


@dataclass(frozen=True)
class Protection:
    """What one tier is made of, what was tried against it, and why it is of no use, if so."""

    tier: str
    layers: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether a child can work, and every way out was shut."""
        shut = bool(self.attempts) and all(each.held for each in self.attempts)
        return shut and not self.problem

    def why_not(self) -> str:
        """Half a sentence on what is missing."""
        ways = ", ".join(each.name for each in self.attempts if not each.held)
        return "; ".join(
            filter(None, (self.problem, f"learners' code could {ways}" if ways else ""))
        )


def best(probe: Callable[[str], Protection], device: str = "cpu") -> Protection:
    """The best tier that holds, and in which a child computes on the device.

    Raises:
        Unprotected: where none does; the message says what is missing and what to do.
    """
    tried = []
    for tier in TIERS[:-1]:
        protection = probe(tier)
        if protection.holds:
            return protection
        tried.append(protection)
    raise _refusal(tried, device)


def required(protection: Protection, device: str = "cpu") -> Protection:
    """The protection that was asked for.

    Raises:
        Unprotected: where it does not hold.
    """
    trusted = protection.tier == "none" and (device == "cpu" or not protection.problem)
    if protection.holds or trusted:
        return protection
    raise _refusal([protection], device)


def _refusal(tried: list[Protection], device: str) -> Unprotected:
    if device == "cpu":
        return Unprotected(_advice(tried))
    reasons: dict[str, list[str]] = {}
    for each in tried:
        reasons.setdefault(each.why_not(), []).append(each.tier)
    why = "; ".join(
        reason if len(reasons) == 1 else f"{', '.join(tiers)}: {reason}"
        for reason, tiers in reasons.items()
    )
    return NoDevice(
        f"device: {device} does not work in a confined child here ({why}), "
        "expected a GPU; grade with --device cpu."
    )


def _advice(tried: list[Protection]) -> str:
    missing = ". ".join(f"{each.tier}: {each.why_not()}" for each in tried)
    return (
        f"sandbox: protection is missing, expected a tier that holds. {missing}. "
        "What helps: Linux 5.13 or newer on x86-64 or aarch64 with user namespaces or Landlock; "
        "or, in a container, to start as root with solutions and course readable for root only. "
        "`bngrader protection` shows all that was tried."
    )


@dataclass(frozen=True)
class Stage:
    """What the attempts aim at: all of it real, and all of it this process's own."""

    secret: Path
    token: str
    open_folder: Path
    tcp: int
    abstract: str
    path: str
    address: int


@contextmanager
def stage() -> Iterator[Stage]:
    """A secret as a course has one, an open folder, three listening sockets, a word in memory."""
    token = secrets.token_hex(16)
    memory = ctypes.create_string_buffer(token.encode())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bngrader-stage-")))
        folder.chmod(0o755)
        secret, opened = folder / "secret", folder / "open"
        secret.touch(0o600)
        secret.write_text(token)
        opened.mkdir()
        opened.chmod(0o777)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract, path = f"\0bngrader-{token}", str(folder / "socket")
        for address in (abstract, path):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen()
        os.chmod(path, 0o777)
        yield Stage(
            secret, token, opened, tcp.getsockname()[1], abstract, path, ctypes.addressof(memory)
        )


def try_everything(
    tier: str, layers: list[str], ask: Ask, another: Ask, device: str = "cpu"
) -> Protection:
    """Every attempt against children of one tier.

    Args:
        layers: what the tier is made of.
        ask: calls a function in one child.
        another: calls it in the child after that.
        device: where they compute.
    """
    works = ask("compute") is True
    trouble = ask("trouble", device) if device != "cpu" and works else ""
    with stage() as at:
        found = dict(_files(tier, ask, at))
        left = f"/tmp/bngrader-left-{at.token}"
        ask("create", left)
        found["leave something for the next submission"] = bool(another("exists", left))
        Path(left).unlink(missing_ok=True)  # where nothing held, it is there
        found |= dict(_processes(ask, at))
    attempts = tuple(Attempt(name, not out) for name, out in found.items())
    problem = "" if works else "nothing can be computed, perhaps because only root can read Python"
    if trouble != "":
        problem = "a child that computes on it ends" if trouble is None else str(trouble)
    return Protection(tier, tuple(layers), attempts, problem)


def _files(tier: str, ask: Ask, at: Stage) -> Iterator[tuple[str, bool]]:
    answers = [path for path in sorted(SOLUTIONS.rglob("*.py"))[::40] if path.is_file()]
    yield "read the solved modules and hidden tests", any(ask("read", str(p)) for p in answers)
    yield "look into the running course", bool(ask("listing", str(COURSE)))
    yield "read the course's secret", at.token in str(ask("read", str(at.secret)))
    if tier != "container":  # there the files are the container's, and no secret
        yield (
            "read the machine's files",
            bool(ask("read", "/etc/passwd") or ask("listing", "/home")),
        )
    environs = [f"/proc/{pid}/environ" for pid in (os.getpid(), 1)]
    yield "read the grader's environment", any(ask("read", path) for path in environs)
    yield "write a file", bool(ask("create", str(at.open_folder / "written")))
    yield "change the library", bool(ask("append", str(Path(os.__file__))))
    yield "connect to a TCP port", bool(ask("connect_tcp", at.tcp))
    sockets = [ask("connect_unix", address) for address in (at.abstract, at.path)]
    yield "connect to a local socket", any(sockets)


def _processes(ask: Ask, at: Stage) -> Iterator[tuple[str, bool]]:
    grader = os.getpid()
    yield "start a process", bool(ask("fork"))
    yield "run a program", bool(ask("run", "/bin/true"))
    yield "signal the grader", bool(ask("signal_to", grader) or ask("signal_by_file", grader))
    yield "signal everybody", bool(ask("signal_to", -1))
    yield "trace the grader", bool(ask("trace", grader))
    read = ask("memory_of", grader, at.address, len(at.token))
    yield "read the grader's memory", read == at.token
    yield "be root", bool(ask("is_root"))
    yield "lift its own limits", bool(ask("raise_limits"))
    yield "make a user namespace", bool(ask("own_users"))  # last: it would change who it is
