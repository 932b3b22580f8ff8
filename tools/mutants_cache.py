"""What is remembered of mutants: the reasons for survivors, and the verdicts so far."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path

from bnlab.kit.course import unit as find_unit

from .mutants_make import Key, Mutant, shown
from .steps import ROOT

Killer = Callable[[Mutant], str]
"""Says which hidden test notices a mutant, "" where none does."""

DECIDES = (
    *(f"bngrader/judging/{name}.py" for name in ("judge", "run")),
    *(f"bngrader/remote/{name}.py" for name in ("proxy", "wire")),
    "bngrader/sandbox/sandbox.py",
    "bngrader/worker/forkserver.py",
    *(
        f"bnlab/kit/testing/{name}.py"
        for name in ("assertions", "inputs", "properties", "remote_ops")
    ),
    "requirements.txt",
    "solutions/hidden_tests/[!t]*.py",
)
"""Files beside the hidden tests of a unit that decide what they see."""


def explained(path: Path) -> dict[str, dict[Key, str]]:
    """For each unit, the survivors that are as right as the original, and why.

    Raises:
        ValueError: where a reason is missing, or a mutant has two.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    found: dict[str, dict[Key, str]] = {}
    for unit, entries in table.items():
        reasons = found.setdefault(find_unit(unit).name, {})
        for entry in entries:
            for becomes in entry["becomes"]:
                key = (entry["function"], entry["line"], becomes)
                if key in reasons or not entry["why"].strip():
                    number = "two reasons" if key in reasons else "no reason"
                    raise ValueError(f"{path.name}: {shown(key)} has {number}, expected one.")
                reasons[key] = entry["why"]
    return found


class Kept:
    """A judge that remembers on disk, for as long as nothing that decides changes."""

    def __init__(self, unit: str, judge: Killer, folder: Path):
        self._judge = judge
        self._state = state(unit)
        self._path = folder / f"{unit}.txt"
        folder.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text("utf-8").splitlines() if self._path.is_file() else []
        # A run that was ended may have left half a line.
        self._known = dict(line.split("\t") for line in lines if line.count("\t") == 1)

    def __call__(self, mutant: Mutant) -> str:
        name = hashlib.sha256(self._state + mutant.source.encode()).hexdigest()[:24]
        if name not in self._known:
            self._known[name] = self._judge(mutant)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{name}\t{self._known[name]}\n")
        return self._known[name]


def state(unit: str) -> bytes:
    """A hash of everything but the mutant that decides what a hidden test sees."""
    digest = hashlib.sha256()
    tests = f"solutions/hidden/test_{unit}.py", f"bnlab/kit/checks/{unit}.py"
    for pattern in (*DECIDES, *tests):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.digest()
