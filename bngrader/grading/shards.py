"""A class judged in parts, on machines that share nothing but their files, and put together again.

Which part a submission belongs to follows from its learner and unit alone. A part's file says which
class, which grader and which secret it is a part of, so that what does not belong together is
refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.fingerprint import whole_digest
from ..core.submission import Submission
from ..sandbox.tiers import TIERS


@dataclass(frozen=True)
class Shard:
    """Part `index` of `count`, counted from 1."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The shard that `3/8` names.

        Raises:
            ValueError: for any other text.
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise ValueError(f"shard: value is {text!r}, expected i/n with 1 <= i <= n, as 3/8.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, learner: str, unit: str) -> bool:
        """Whether a submission belongs to this part."""
        digest = hashlib.sha256(f"{learner}/{unit}".encode("utf-8", "backslashreplace")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.index - 1


def part(
    data: dict[str, Any],
    shard: Shard,
    everything: list[Submission],
    secret: bytes,
    device: str = "cpu",
) -> dict[str, Any]:
    """The data of a part's file: the reports, and what they are a part of."""
    names = "\n".join(f"{each.learner}/{each.unit}" for each in everything)
    return data | {
        "part": {
            "shard": str(shard),
            "class": _digest(names.encode("utf-8", "backslashreplace")),
            "secret": _digest(secret),
            "grader": whole_digest() + ("" if device == "cpu" else f" on {device}"),
        }
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(b"part of a class\0" + content).hexdigest()[:16]


def merge(paths: list[Path]) -> dict[str, Any]:
    """The data of the whole class, equal to that of one run.

    Raises:
        ValueError: where a file is no part, a part is missing or there twice, or the parts are of
            different classes, graders or secrets.
    """
    parts = [(path, _read(path)) for path in paths]
    first_path, first = parts[0]
    count = Shard.parse(first["part"]["shard"]).count
    seen: dict[int, Path] = {}
    learners: dict[str, dict[str, Any]] = {}
    for path, data in parts:
        shard = Shard.parse(data["part"]["shard"])
        for what in ("class", "grader", "secret"):
            if data["part"][what] != first["part"][what]:
                raise ValueError(
                    f"merge: {what} of {path} is another than that of {first_path}, "
                    "expected parts of one run."
                )
        if shard.count != count:
            raise ValueError(f"merge: {path} is part {shard}, expected one of {count}.")
        if shard.index in seen:
            raise ValueError(
                f"merge: part {shard} is in {seen[shard.index]} and in {path}, expected it once."
            )
        seen[shard.index] = path
        for learner, reports in data["learners"].items():
            for unit, report in reports.items():
                if not shard.holds(learner, unit):
                    raise ValueError(
                        f"merge: {path} has {learner}/{unit}, expected part {shard} only."
                    )
                learners.setdefault(learner, {})[unit] = report
    missing = [f"{index}/{count}" for index in range(1, count + 1) if index not in seen]
    if missing:
        raise ValueError(f"merge: part {', '.join(missing)} is missing, expected {count} parts.")
    tiers = [data["sandbox"] for _, data in parts if data["sandbox"]]
    return {"learners": learners, "sandbox": max(tiers, key=TIERS.index, default="")}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
        Shard.parse(data["part"]["shard"])
        known = {"class", "grader", "secret"} <= data["part"].keys() and data[
            "learners"
        ] is not None
        if known and data["sandbox"] in ("", *TIERS):
            return data
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ValueError(f"merge: {path} is not a part, expected a file that `grade --shard` wrote.")
