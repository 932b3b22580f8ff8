"""nbgrader's exchange: the folder `inbound` of an assignment, as learners' Submit fills it.

Each submission is a folder `<user>+<assignment>+<time>[+<random>]`; `nbgrader collect` reads it on
the hub itself.

Source: `nbgrader/exchange/default/submit.py` and `collect.py` of github.com/jupyter/nbgrader.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bnlab.kit.course import units

from .claims import Claim, Reading
from .nodes import Node

NAME = "exchange"
_FOLDER = re.compile(
    r"^(?P<user>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)"
    r" (?P<zone>[^+]+)(?:\+[^+]+)?$"
)


def read(folder: Node) -> Reading:
    """Return the owners that nbgrader's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        match = _FOLDER.match(child.name) if child.is_folder else None
        if match:
            unit = match["assignment"] if match["assignment"] in units() else ""
            user = match["user"]
            reading.claims[at] = Claim(
                NAME, user, user, user, sent=_sent(match["time"], match["zone"]), unit=unit
            )
    return reading


def _sent(time: str, zone: str) -> datetime | None:
    with suppress(ValueError, OSError, KeyError):
        known = UTC if zone == "UTC" else ZoneInfo(zone)
        return datetime.fromisoformat(time).replace(tzinfo=known).astimezone(UTC)
    return None
