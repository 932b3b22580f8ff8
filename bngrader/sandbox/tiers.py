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

from ..core.errors import GraderError

TIERS = ("namespaces", "landlock", "container", "none")
"""Best first; `none` is never taken unasked."""

SOURCE = Path(__file__).with_name("escape_probes.py")
SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
COURSE = Path(os.environ.get("BNGRADER_COURSE", SOLUTIONS.with_name("course")))

Ask = Callable[..., Any]
"""Calls a function of `escape_probes.py` in a child: its value, or None where it raised or died."""


class SandboxUnavailableError(GraderError):
    """Nothing here keeps the learner's code from the teacher's files."""


class DeviceUnavailableError(SandboxUnavailableError):
    """There is no device here, or none on which a confined child can compute."""


@dataclass(frozen=True)
class ProbeResult:
    """One way out, and whether it was shut."""

    name: str
    held: bool


@dataclass(frozen=True)
class TierCheck:
    """What one tier is made of, what was tried against it, and why it is of no use, if so."""

    tier: str
    mechanisms: tuple[str, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether a child can work, and every way out was shut."""
        shut = bool(self.probes) and all(each.held for each in self.probes)
        return shut and not self.problem

    def why_not(self) -> str:
        """Half a sentence on what is missing."""
        ways = ", ".join(each.name for each in self.probes if not each.held)
        return "; ".join(
            filter(None, (self.problem, f"learners' code could {ways}" if ways else ""))
        )


def best(probe: Callable[[str], TierCheck], device: str = "cpu") -> TierCheck:
    """The best tier that holds, and in which a child computes on the device.

    Raises:
        SandboxUnavailableError: where none does; the message says what is missing and what to do.
    """
    tried = []
    for tier in TIERS[:-1]:
        checked = probe(tier)
        if checked.holds:
            return checked
        tried.append(checked)
    raise _refusal(tried, device)


def required(checked: TierCheck, device: str = "cpu") -> TierCheck:
    """The checked that was asked for.

    Raises:
        SandboxUnavailableError: where it does not hold.
    """
    trusted = checked.tier == "none" and (device == "cpu" or not checked.problem)
    if checked.holds or trusted:
        return checked
    raise _refusal([checked], device)


def _refusal(tried: list[TierCheck], device: str) -> SandboxUnavailableError:
    if device == "cpu":
        return SandboxUnavailableError(_advice(tried))
    reasons: dict[str, list[str]] = {}
    for each in tried:
        reasons.setdefault(each.why_not(), []).append(each.tier)
    why = "; ".join(
        reason if len(reasons) == 1 else f"{', '.join(tiers)}: {reason}"
        for reason, tiers in reasons.items()
    )
    return DeviceUnavailableError(
        f"device: {device} does not work in a confined child here ({why}), "
        "expected a GPU; grade with --device cpu."
    )


def _advice(tried: list[TierCheck]) -> str:
    missing = ". ".join(f"{each.tier}: {each.why_not()}" for each in tried)
    return (
        f"sandbox: no tier holds on this machine. {missing}. "
        "What helps: Linux 5.13 or newer on x86-64 or aarch64 with user namespaces or Landlock; "
        "or, in a container, to start as root with solutions and course readable for root only. "
        "`bngrader sandbox` shows all that was tried."
    )


@dataclass(frozen=True)
class EscapeTargets:
    """What the escape probes aim at: all of it real, and all of it this process's own."""

    secret: Path
    token: str
    open_folder: Path
    tcp: int
    abstract: str
    path: str
    address: int


@contextmanager
def escape_targets() -> Iterator[EscapeTargets]:
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
        yield EscapeTargets(
            secret, token, opened, tcp.getsockname()[1], abstract, path, ctypes.addressof(memory)
        )


def try_everything(
    tier: str, mechanisms: list[str], ask: Ask, another: Ask, device: str = "cpu"
) -> TierCheck:
    """Every attempt against children of one tier.

    Args:
        mechanisms: what the tier is made of.
        ask: calls a function in one child.
        another: calls it in the child after that.
        device: where they compute.
    """
    works = ask("compute") is True
    trouble = ask("trouble", device) if device != "cpu" and works else ""
    with escape_targets() as at:
        found = dict(_files(tier, ask, at))
        left = f"/tmp/bngrader-left-{at.token}"
        ask("create", left)
        found["leave something for the next submission"] = bool(another("exists", left))
        Path(left).unlink(missing_ok=True)  # where nothing held, it is there
        found |= dict(_processes(ask, at))
    probes = tuple(ProbeResult(name, not out) for name, out in found.items())
    problem = "" if works else "nothing can be computed, perhaps because only root can read Python"
    if trouble != "":
        problem = "a child that computes on it ends" if trouble is None else str(trouble)
    return TierCheck(tier, tuple(mechanisms), probes, problem)


def _files(tier: str, ask: Ask, at: EscapeTargets) -> Iterator[tuple[str, bool]]:
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


def _processes(ask: Ask, at: EscapeTargets) -> Iterator[tuple[str, bool]]:
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
