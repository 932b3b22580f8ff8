"""The tables of a class report as CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..grade import Graded
from ..tables import write_table
from .situation import Situation
from .statistics import class_statistics


def write_tables(page: Path, graded: Sequence[Graded], around: Situation) -> list[Path]:
    """Write the tables beside a page, `report-points.csv` beside `report.html`; return their paths.

    Raises:
        GraderError: one of them cannot be written.
    """
    found = class_statistics(graded, around)
    units = [row.unit for row in found.units]
    points = [
        {"learner": row.learner, "name": around.names.get(row.learner, ""), **row.points,
         "missing": ", ".join(row.missing),
         "share": "" if row.share is None else f"{row.share:.4f}"}
        for row in found.learners
    ]  # fmt: skip
    items = [
        {"unit": row.unit, "item": row.item, "kind": row.kind, "submissions": row.submissions,
         "difficulty": f"{row.difficulty:.4f}",
         "discrimination": "" if row.discrimination is None else f"{row.discrimination:.4f}",
         "failed_most": row.lost[0], "fail_it": row.lost[1]}
        for row in found.items
    ]  # fmt: skip
    mistakes = [
        {"learners": len(row.learners), "of": row.of, "unit": row.unit, "mistake": row.name,
         "hint": row.hint, "page": row.page, "who": ", ".join(row.learners)}
        for row in found.mistakes
    ]  # fmt: skip
    tables: dict[str, tuple[list[str], list[dict[str, object]]]] = {
        "points": (["learner", "name", *units, "missing", "share"], [dict(r) for r in points]),
        "tasks": (
            ["unit", "item", "kind", "submissions", "difficulty", "discrimination", "failed_most",
             "fail_it"], [dict(r) for r in items],
        ),
        "mistakes": (
            ["learners", "of", "unit", "mistake", "hint", "page", "who"],
            [dict(r) for r in mistakes],
        ),
    }  # fmt: skip
    written = []
    for name, (header, rows) in tables.items():
        path = page.with_name(f"{page.name.removesuffix('.html')}-{name}.csv")
        write_table(path, header, rows)
        written.append(path)
    return written
