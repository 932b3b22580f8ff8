"""Shards: parts of a class that are judged separately and merged later.

The shard of a submission depends only on its learner and unit. The file of a shard contains digests
of the class, the grader and the secret, so that `merge` refuses shards of different runs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import GraderError
from ..core.fingerprint import whole_digest
from ..core.report import FORMAT
from ..sandbox.tiers import TIERS


@dataclass(frozen=True)
class Shard:
    """Shard `index` of `count`, counted from 1."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard that a text such as "3/8" names.

        Raises:
            GraderError: the text has another form.
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise GraderError(
                f"shard: value is {text!r}, expected I/N with 1 <= I <= N, such as 3/8."
            )
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def holds(self, learner: str, unit: str) -> bool:
        """Return whether a submission belongs to this shard."""
        digest = hashlib.sha256(f"{learner}/{unit}".encode("utf-8", "backslashreplace")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.index - 1


def part(
    data: dict[str, Any],
    shard: Shard,
    names: Iterable[tuple[str, str]],
    secret: bytes,
    device: str = "cpu",
) -> dict[str, Any]:
    """Return the data of the file of a shard.

    Args:
        data: the data of `grades.json` for this shard.
        shard: which one it is.
        names: learner and unit of every submission of the class.
        secret: the course secret.
        device: where learners' code ran.
    """
    text = "\n".join(f"{learner}/{unit}" for learner, unit in names)
    return data | {
        "part": {
            "shard": str(shard),
            "class": _digest(text.encode("utf-8", "backslashreplace")),
            "secret": _digest(secret),
            "grader": whole_digest() + ("" if device == "cpu" else f" on {device}"),
        }
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(b"part of a class\0" + content).hexdigest()[:16]


def merge(paths: list[Path]) -> dict[str, Any]:
    """Return the data of the whole class, which equals that of a single run.

    Raises:
        GraderError: a file is not that of a shard, a shard is missing or given twice, or the
            shards belong to different classes, graders or secrets.
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
                raise GraderError(
                    f"merge: {what} of {path} differs from that of {first_path}; "
                    "merge only shards of one run."
                )
        if shard.count != count:
            raise GraderError(f"merge: {path} is shard {shard}, expected a shard of {count}.")
        if shard.index in seen:
            raise GraderError(
                f"merge: shard {shard} is in {seen[shard.index]} and in {path}, expected it once; "
                "name each file once."
            )
        seen[shard.index] = path
        for learner, reports in data["learners"].items():
            for unit, report in reports.items():
                if not shard.holds(learner, unit):
                    raise GraderError(
                        f"merge: {path} contains {learner}/{unit}, which is not in shard {shard}."
                    )
                learners.setdefault(learner, {})[unit] = report
    missing = [f"{index}/{count}" for index in range(1, count + 1) if index not in seen]
    if missing:
        raise GraderError(
            f"merge: shard {', '.join(missing)} is missing; "
            "grade it, or add its file to the command."
        )
    tiers = [data["sandbox"] for _, data in parts if data["sandbox"]]
    tier = max(tiers, key=TIERS.index, default="")
    return {"format": FORMAT, "learners": learners, "sandbox": tier}


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise GraderError(f"merge: {path} not found; `bngrader grade --shard I/N` writes it.")
    try:
        data = json.loads(path.read_text("utf-8"))
        Shard.parse(data["part"]["shard"])
        whole = {"class", "grader", "secret"} <= data["part"].keys() and data[
            "learners"
        ] is not None
        if whole and data["format"] == FORMAT and data["sandbox"] in ("", *TIERS):
            return data
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise GraderError(
        f"merge: {path} is not the result of a shard; give the files of `bngrader grade --shard`."
    )
