"""The page of a class report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..grade import Graded, weakest_tier
from ..html_pages import render
from .plots import histogram, timeline
from .sentences import for_a_person, summary
from .situation import Situation
from .statistics import ClassStatistics, class_statistics

TEMPLATE = Path(__file__).with_name("page.html.j2")
SCRIPT = Path(__file__).with_name("sortable.js")
FOLDED, TOP = 60, 12
"""Rows above which a table is folded, and the mistakes that are shown first."""


def class_page(graded: Sequence[Graded], around: Situation) -> str:
    """Return the report on a class as an HTML page; texts of learners are escaped."""
    found: ClassStatistics = class_statistics(graded, around)
    lines = for_a_person(graded, around)
    devices = sorted({each.report.device for each in graded} - {"cpu"})
    return render(
        TEMPLATE, script=SCRIPT.read_text("utf-8"), found=found, around=around,
        summary=summary(found, around, len(lines)), lines=lines, histogram=histogram,
        timeline=timeline(around.times, around.due, around.zone), folded=FOLDED, top=TOP,
        tier=weakest_tier([each.report for each in graded]), devices=devices,
        judged=sum(each.report.judged for each in graded),
    )  # fmt: skip
