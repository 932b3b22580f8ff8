"""Brightspace (D2L): "Download" of an assignment's submissions.

Each submission is a folder `<number>-<number> - <name> - <date and time>`, and in an older layout
files that begin with this and ` - `. The first number is the person's. The date is written in the
language of the site and without `:`, for instance `Nov 20, 2026 122 PM`, and has no zone. An
`index.html` lists all submissions.

Source: public scripts that sort such downloads, whose examples are
`397063-2557369 - Mary-Ann Smith - Sep 24, 2024 926 PM` and, as a file,
`271836-442356 - Blake Payne - Dec 5, 2024 1149 AM - CatacombCrawler.zip`. No source of D2L says
what the numbers are, so a number that comes with two names is asked about.
"""

from __future__ import annotations

import re

from .claims import Claim, Reading
from .dates import date_in
from .nodes import Node

NAME = "brightspace"
_START = re.compile(r"^(?P<id>\d+)-\d+ ?- ?(?P<rest>.+)$")


def read(folder: Node) -> Reading:
    """Return the owners that Brightspace's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        match = _START.match(child.name)
        if not match:
            continue
        parts = re.split(r" ?- ", match["rest"])
        when = next((i for i, part in enumerate(parts) if i and date_in(part)), None)
        if when is None and (len(parts) < 2 or not re.search(r"\d{4}", parts[-1])):
            continue
        name = " - ".join(parts[: when or -1]).strip()
        date = date_in(parts[when]) if when else None
        reading.claims[at] = Claim(
            NAME, match["id"], name, match["id"], sent=date,
            file=" - ".join(parts[when + 1 :]) if when else "",
        )  # fmt: skip
    if reading.claims:
        reading.notes |= {
            at: "the list of submissions that Brightspace writes."
            for at, child in enumerate(folder.children)
            if child.name.casefold() == "index.html"
        }
    return reading
