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
import unicodedata
from datetime import datetime

from .claims import Claim, Reading
from .nodes import Node

NAME = "brightspace"
_START = re.compile(r"^(?P<id>\d+)-\d+ ?- ?(?P<rest>.+)$")
_MONTHS = (
    "jan|ene|gen|janv|styc|led|tammi",
    "feb|fév|fev|febr|únor",
    "mar|mär|mrt|maart|mars|maa",
    "apr|abr|avr|kwi|dub",
    "may|mai|mei|maj|mag|kvě",
    "jun|juin|giu|cze|čer",
    "jul|juil|lug|lip",
    "aug|ago|août|aou|sie|srp",
    "sep|set|wrz|zář",
    "oct|okt|out|ott|paź",
    "nov|lis",
    "dec|dic|dez|déc|gru|pro",
)
"""How the names of the months begin in languages with Latin letters."""


def read(folder: Node) -> Reading:
    """Return the owners that Brightspace's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        match = _START.match(child.name)
        if not match:
            continue
        parts = re.split(r" ?- ", match["rest"])
        when = next((i for i, part in enumerate(parts) if i and sent(part)), None)
        if when is None and (len(parts) < 2 or not re.search(r"\d{4}", parts[-1])):
            continue
        name = " - ".join(parts[: when or -1]).strip()
        date = sent(parts[when]) if when else None
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


def sent(text: str) -> datetime | None:
    """Return the date and time in the languages that Brightspace writes, None if it has none.

    >>> sent("Nov 20, 2026 122 PM")
    datetime.datetime(2026, 11, 20, 13, 22)
    >>> sent("20 novembre 2026 13 h 22")
    datetime.datetime(2026, 11, 20, 13, 22)
    """
    text = unicodedata.normalize("NFC", text).casefold()
    year = re.search(r"(?<!\d)(20\d\d)(?!\d)", text)
    if not year:
        return None
    before, after = text[: year.start()], text[year.end() :]
    try:
        first = re.match(r"\D?(\d\d?)\D(\d\d?)(?!\d)", after) if not before.strip() else None
        last = re.fullmatch(r"(\d\d?)\D(\d\d?)\D", before.strip())
        if first:  # 2026-11-20 1322
            month, day = int(first[1]), int(first[2])
            after = after[first.end() :]
        elif last:  # 20-11-2026 1322, if it cannot be read in two ways
            month, day = sorted((int(last[1]), int(last[2])))
            if day <= 12 and month != day:
                return None
        else:
            named, number = _month(before), re.search(r"(?<!\d)(\d\d?)(?!\d)", before)
            if not named or not number:
                return None
            month, day = named, int(number[1])
        hour, minute = _clock(after)
        return datetime(int(year[1]), month, day, hour, minute)
    except (ValueError, TypeError):
        return None


def _month(text: str) -> int | None:
    """Return the number of the month whose name is in a text."""
    for word in re.findall(r"[^\W\d_]+", text):
        for number, starts in enumerate(_MONTHS, 1):
            if word.startswith(tuple(starts.split("|"))):
                return number
    return None


def _clock(text: str) -> tuple[int, int]:
    """Return hour and minute of "122 PM", "13 h 22" or "1.22 p. m."."""
    match = re.search(r"(?<!\d)(\d\d?)(?:\D{0,3}?)(\d\d)(?!\d)", text)
    if not match:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2])
    half = re.search(r"\b([ap])\W{0,2}m\b", text[match.end() :])
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half[1] == "p")
    return hour, minute
