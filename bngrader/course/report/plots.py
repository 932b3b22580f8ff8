"""Plots as SVG in the page: filled and hatched marks in the colour of the text, so that they can be
read in black and white, in the dark and on paper."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup, escape

from .situation import Name
from .statistics import UnitRow

MAX_BARS = 60
LEAST_SPAN = timedelta(hours=1)


def histogram(row: UnitRow) -> Markup:
    """Return the distribution of the shares of a unit in tenths, with a line at the median."""
    bins, width, height = row.bins, 160, 44
    most = max(bins) or 1
    step = width / len(bins)
    bars = "".join(
        _bar(i * step + 1, step - 2, height - h, h)
        for i, n in enumerate(bins)
        if (h := 40 * n / most)
    )
    told = ", ".join(f"{i * 10}–{i * 10 + 10} %: {n}" for i, n in enumerate(bins) if n)
    at = row.median * width
    return Markup(
        f'<svg class="plot" viewBox="0 -2 {width} {height + 4}" width="{width}" '
        f'role="img" aria-label="{escape(row.unit)}: {escape(told or "no points")}">'
        f'<g fill="currentColor" fill-opacity=".55">{bars}</g>'
        f'<path d="M0 {height}H{width}" stroke="currentColor"/>'
        f'<path d="M{at:.1f} -2V{height}" stroke="currentColor" stroke-width="2" '
        'stroke-dasharray="3 2"/></svg>'
    )  # fmt: skip


def timeline(
    times: Mapping[Name, Sequence[datetime]], due: Mapping[str, datetime], zone: tzinfo | None
) -> Markup:
    """Return attempts over time: first ones filled, later ones hatched, due dates as lines."""
    first = [each[0] for each in times.values() if each]
    again = [time for each in times.values() for time in each[1:]]
    if not first:
        return Markup("")
    begin, end = min(first), max([*first, *again])
    shown = {unit: at for unit, at in due.items() if begin <= at <= end + timedelta(days=7)}
    end = max([end, *shown.values(), begin + LEAST_SPAN])
    width = _width(end - begin)
    bars = math.floor((end - begin) / width) + 1
    counts = [Counter(math.floor((time - begin) / width) for time in times_of)
              for times_of in (first, again)]  # fmt: skip
    most = max(counts[0][i] + counts[1][i] for i in range(bars))
    w, h, left, top = 720, 160, 34, 42
    x, y = (w - left) / bars, (h - top) / most
    parts = []
    for i in range(bars):
        at, low, high = left + i * x, counts[0][i] * y, counts[1][i] * y
        if low:
            parts.append(_bar(at + 0.5, max(x - 1, 0.5), h - low, low, "first"))
        if high:
            parts.append(_bar(at + 0.5, max(x - 1, 0.5), h - low - high, high, "again"))
    for number, (unit, at_time) in enumerate(sorted(shown.items(), key=lambda each: each[1])):
        at = left + (at_time - begin) / width * x
        anchor = "end" if at > w * 0.85 else "start"
        row = 10 + 11 * (number % 3)
        parts.append(f'<path d="M{at:.1f} {row}V{h}" class="due"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{row}" text-anchor="{anchor}">{escape(unit)} due</text>'
        )
    form = "%Y-%m-%d %H:%M" if width < timedelta(days=1) else "%Y-%m-%d"
    for share in (0.0, 0.5, 1.0):
        label = (begin + (end - begin) * share).astimezone(zone)
        anchor = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        parts.append(
            f'<text x="{left + (w - left) * share:.0f}" y="{h + 14}" text-anchor="{anchor}">'
            f"{label.strftime(form)}</text>"
        )
    parts.append(f'<text x="{left - 4}" y="{top + 4}" text-anchor="end">{most}</text>')
    parts.append(f'<text x="{left - 4}" y="{h}" text-anchor="end">0</text>')
    told = f"{len(first)} first and {len(again)} later attempts, at most {most} per {_words(width)}"
    return Markup(
        f'<svg class="plot wide" viewBox="0 0 {w} {h + 20}" role="img" aria-label="{told}">'
        '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V4" stroke="currentColor" stroke-width="2"/>'
        f'</pattern></defs><path d="M{left} {h}H{w}" stroke="currentColor"/>{"".join(parts)}</svg>'
        f"<p>Attempts per {_words(width)}: first attempts are filled ({len(first)}), later ones "
        f"hatched ({len(again)}).</p>"
    )  # fmt: skip


def _bar(x: float, width: float, y: float, height: float, kind: str = "") -> str:
    of = f' class="{kind}"' if kind else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{of}/>'


def _width(span: timedelta) -> timedelta:
    """Return the width of a bar: an hour, a day, a week, or a multiple of it."""
    for width in (timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)):
        if span / width < MAX_BARS:
            return width
    return timedelta(weeks=math.ceil(span / timedelta(weeks=1) / (MAX_BARS - 1)))


def _words(width: timedelta) -> str:
    if width == timedelta(hours=1):
        return "hour"
    weeks = width // timedelta(weeks=1)
    return "day" if not weeks else "week" if weeks == 1 else f"{weeks} weeks"
