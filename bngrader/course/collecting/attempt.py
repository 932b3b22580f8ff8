"""One attempt of a learner: when it was handed in, and which of several counts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ...core.errors import GraderError

ABOUT = "attempt.json"
FORMAT = 1
CLOCKS = {
    "platform": "the platform's clock",
    "receipt": "the learner's clock, in the receipt",
    "zip": "the zip's clock, read as local time",
    "file": "the time of the file",
    "timestamp": "timestamp.txt",
}


@dataclass(frozen=True)
class Attempt:
    """One attempt of one unit.

    Attributes:
        digest: of the names and contents of its files.
        found: the names under which it was found.
        sent, receipt, changed: when it was handed in, by the platform, by the learner's receipt
            and by the file; the first two may be unknown.
        local: `sent` as the platform wrote it, if it wrote no time zone.
        clock: what `changed` is: "file", "zip" or "timestamp".
        order: what the platform counts up with each submission.
        number: the number of the attempt in a name that a person chose.
        late: whether the platform says that it is late.
        by_hand: whether it was put there without `collect`.
    """

    unit: str
    digest: str
    changed: datetime
    clock: str = "file"
    found: tuple[str, ...] = ()
    sent: datetime | None = None
    receipt: datetime | None = None
    order: tuple[str, int] | None = None
    number: int | None = None
    late: bool = False
    by_hand: bool = False
    local: datetime | None = None
    files: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def time(self, timestamp_from: str = "auto") -> tuple[datetime, str]:
        """Return when it was handed in, and by which clock, a key of `CLOCKS`."""
        if timestamp_from == "auto" and self.sent:
            return self.sent, "platform"
        # A receipt cannot be younger than its file; the time in a zip may be a day off.
        latest = self.changed + timedelta(days=self.clock == "zip")
        if timestamp_from != "file" and self.receipt and self.receipt <= latest:
            return self.receipt, "receipt"
        return self.changed, self.clock


def in_utc(local: datetime, zone: tzinfo | None) -> datetime:
    """Return a time without time zone in UTC; None for the zone of this machine."""
    return (local.replace(tzinfo=zone) if zone else local.astimezone()).astimezone(UTC)


def digest_of(files: dict[str, bytes]) -> str:
    """Return a digest of names and contents."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:16]


def newest(attempts: list[Attempt]) -> Attempt:
    """Return the attempt that counts if nobody has chosen one.

    The first clock that all of them have decides; what is equal by one is told apart by the next.
    """
    keys: list[list[Any]] = [
        [attempt.sent for attempt in attempts],
        [attempt.order for attempt in attempts],
        [attempt.receipt for attempt in attempts],
        [attempt.number for attempt in attempts],
        [attempt.time()[0] for attempt in attempts],
        [attempt.by_hand for attempt in attempts],
        [attempt.digest for attempt in attempts],
    ]
    if len({order[0] for order in keys[1] if order}) > 1:  # two platforms count differently
        keys[1] = [None]
    usable = [values for values in keys if None not in values]
    best = max(range(len(attempts)), key=lambda at: tuple(values[at] for values in usable))
    return attempts[best]


def merged(known: Attempt, new: Attempt) -> Attempt:
    """Return one attempt that was found twice: it was handed in when it first was."""
    times: dict[str, Any] = {
        name: min(filter(None, (getattr(known, name), getattr(new, name))), default=None)
        for name in ("sent", "receipt", "order", "number")
    }
    if known.local and new.local:
        times["local"] = min(known.local, new.local)
    elif new.local:
        times |= {"local": new.local, "sent": new.sent}
    first = min(known, new, key=lambda each: (each.changed, each.clock))
    return Attempt(
        known.unit, known.digest, first.changed, first.clock,
        tuple(sorted({*known.found, *new.found})), late=known.late and new.late,
        by_hand=known.by_hand and new.by_hand, **times,
    )  # fmt: skip


def about(attempt: Attempt) -> str:
    times = {
        name: value.isoformat() if (value := getattr(attempt, name)) else None
        for name in ("sent", "receipt", "changed", "local")
    }
    data = {
        "format": FORMAT, "unit": attempt.unit, "clock": attempt.clock, "late": attempt.late,
        "found": list(attempt.found), "order": attempt.order, "number": attempt.number,
        "by_hand": attempt.by_hand, **times,
    }  # fmt: skip
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def load(unit: str, folder: Path, zone: tzinfo | None = None) -> Attempt:
    """Return the attempt in a folder; a time without time zone is read in `zone`.

    Raises:
        GraderError: what was written about it is damaged.
    """
    try:
        data = json.loads((folder / ABOUT).read_text("utf-8"))
        times: dict[str, Any] = {
            name: datetime.fromisoformat(data[name]) if data.get(name) else None
            for name in ("sent", "receipt", "changed", "local")
        }
        if times["local"]:
            times["sent"] = in_utc(times["local"], zone)
        order = data["order"]
        return Attempt(
            unit, folder.name, clock=data["clock"], found=tuple(data["found"]), late=data["late"],
            order=(order[0], order[1]) if order else None, number=data["number"],
            by_hand=data["by_hand"], **times,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise GraderError(
            f"{folder / ABOUT} is damaged; delete the folder {folder} and collect again."
        ) from None
