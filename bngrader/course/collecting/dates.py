"""Dates and times as platforms write them for people, in languages with Latin letters."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

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


def date_in(text: str) -> datetime | None:
    """Return the date and time in a text, without zone; None if it has none.

    >>> date_in("Nov 20, 2026 122 PM")
    datetime.datetime(2026, 11, 20, 13, 22)
    >>> date_in("mardi 20 novembre 2026, 13:22")
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
    """Return the number of the month whose name is in a text, the last of its words that fits.

    A day of the week may stand before it and begin like a month, as "mardi" and "maandag" do.
    """
    for word in reversed(re.findall(r"[^\W\d_]+", text)):
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
