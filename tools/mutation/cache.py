"""Cache of the verdicts on mutants, and the list of mutants that are as right as the reference."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path

from bngrader.core.fingerprint import grader_digest
from bnlab.kit.course import unit as find_unit

from .make import Key, Mutant, key_text

Judge = Callable[[Mutant], str]
"""Function that returns the name of the hidden test that fails a mutant, "" where none does."""


def equivalent_mutants(path: Path) -> dict[str, dict[Key, str]]:
    """Return for each unit the mutants that are as right as the reference, with the reasons.

    Raises:
        ValueError: where a mutant has no reason or two.
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
                    raise ValueError(f"{path.name}: {key_text(key)} has {number}, expected one.")
                reasons[key] = entry["why"]
    return found


class VerdictCache:
    """A judge of mutants that writes its verdicts to a file and reads them in later runs.

    A verdict is used again only while everything that decides it is the same: the text of the
    mutant and `grader_digest(unit)`.
    """

    def __init__(self, unit: str, judge: Judge, folder: Path):
        self._judge = judge
        self._digest = grader_digest(unit)
        self._path = folder / f"{unit}.txt"
        folder.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text("utf-8").splitlines() if self._path.is_file() else []
        # The last line is incomplete where an earlier run was killed.
        self._verdicts = dict(line.split("\t") for line in lines if line.count("\t") == 1)

    def __call__(self, mutant: Mutant) -> str:
        """Return the verdict on a mutant, from the file where it is known."""
        key = hashlib.sha256(f"{self._digest}\n{mutant.source}".encode()).hexdigest()[:24]
        if key not in self._verdicts:
            self._verdicts[key] = self._judge(mutant)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{key}\t{self._verdicts[key]}\n")
        return self._verdicts[key]
