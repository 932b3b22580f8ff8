"""A report in words: what a learner reads under a check cell, what a teacher sees of a class."""

from __future__ import annotations

import html
import textwrap
from collections import Counter, defaultdict
from string import Template

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bnlab.kit.course import unit as find_unit

from ..core.report import QuizMark, TaskReport
from ..core.submission import printable
from .course import Graded, weakest_tier

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Points and misunderstandings</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: auto; padding: 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid #8888; vertical-align: top; }
th { vertical-align: bottom; }
tr > :first-child {
  position: sticky; left: 0; max-width: 12rem; background: Canvas; overflow-wrap: anywhere;
}
.left { text-align: left; }
.right { text-align: right; }
ul { padding-left: 1.2rem; overflow-wrap: anywhere; }
</style>
<main>
<h1>Points and misunderstandings</h1>
$tables
<h2>Notes</h2>
<ul>
$lines
</ul>
</main>
</html>
""")


def task_feedback(task: TaskReport) -> str:
    """The verdicts on one task as plain text, without a value or an input in it."""
    total = len(task.verdicts)
    passed = sum(each.passed for each in task.verdicts)
    lines = [
        f"{task.task}: {task.points:g} of {task.max_points} points, "
        f"{passed} of {total} properties hold."
    ]
    for each in task.verdicts:
        lines.append(f"  {'passed' if each.passed else 'failed'}  {each.property}")
        if not each.passed:
            lines.append(f"          {each.problem}")
    for suspect in task.mistakes:
        hint = f"This looks familiar. {suspect.hint}"
        lines += textwrap.wrap(hint, 92, initial_indent="  ", subsequent_indent="  ")
        if suspect.page:
            lines.append(f"  In the book: {suspect.page}")
    return "\n".join(lines)


def quiz_feedback(mark: QuizMark) -> str:
    """What a learner reads under a quiz cell."""
    head = f"{mark.question}: {mark.points:g} of {mark.max_points} points."
    if not mark.answer:
        return f"{head} No answer could be read: a word in quotes or a number was expected."
    verdict = "right" if mark.points else "not right"
    text = f"{head} Your answer {mark.answer} is {verdict}. {mark.why}"
    return textwrap.fill(text, 92)


def class_table(graded: list[Graded]) -> Table:
    """One row per learner, one column per unit."""
    units = list(dict.fromkeys(each.submission.unit for each in graded))
    units.sort(key=lambda name: find_unit(name).number)
    # Twelve columns of points fit a terminal of 80 characters; a longer heading is folded, not cut.
    table = Table(title="Points", title_justify="left", box=box.SIMPLE, padding=0)
    table.show_edge = False
    table.add_column("learner", no_wrap=True)
    for name in units:
        head = f"{name}\n/{find_unit(name).machine_points}"
        table.add_column(head, justify="right", overflow="fold")
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for each in graded:
        mark = f"{each.report.points:g}" + ("!" if each.report.problem else "")
        rows[each.submission.learner][each.submission.unit] = mark
    for learner, row in rows.items():
        table.add_row(escape(printable(learner)), *(row.get(name, "") for name in units))
    return table


def misunderstandings(graded: list[Graded], most: int = 10) -> Table:
    """What the class misunderstood most often."""
    counts = Counter(
        (each.submission.unit, suspect.name, suspect.hint)
        for each in graded
        for task in each.report.tasks
        for suspect in task.mistakes
    )
    table = Table(title="What the class misunderstood", title_justify="left")
    for column in ("learners", "unit", "what their code does"):
        table.add_column(column)
    for (unit, _, hint), count in counts.most_common(most):
        table.add_row(str(count), unit, hint)
    return table


def remarks(graded: list[Graded], notes: list[str]) -> list[str]:
    """What could not be judged, what a person should read, and what held the learners' code."""
    lines = list(notes)
    for each in graded:
        if each.report.problem:
            where = f"{printable(each.submission.learner)}/{each.submission.unit}"
            lines.append(f"! {where}: {each.report.problem}")
    for each in graded:
        for remark in each.report.remarks:
            where = f"{printable(each.submission.learner)}/{each.submission.unit}"
            lines.append(f"? {where}: {remark}")
    tier = weakest_tier(graded)
    how = "unconfined, as trusted" if tier == "none" else f"confined by {tier}"
    lines.append(f"{len(graded)} submissions judged" + (f", their code {how}." if tier else "."))
    for device in sorted({each.report.device for each in graded} - {""}):
        names = sorted({e.submission.unit for e in graded if e.report.device == device})
        lines.append(f"On {device}: {', '.join(names)}. Everything else ran on the CPU.")
    return lines


def show_class(graded: list[Graded], notes: list[str], console: Console) -> None:
    """Prints the class table, what was misunderstood, and what could not be judged."""
    console.print(class_table(graded))
    console.print(misunderstandings(graded))
    for line in remarks(graded, notes):
        console.print(line, soft_wrap=True, markup=False)


def class_page(graded: list[Graded], notes: list[str]) -> str:
    """The same as a page of HTML; what learners chose is escaped."""
    tables = "\n".join(
        _in_html(table) for table in (class_table(graded), misunderstandings(graded))
    )
    lines = "\n".join(f"<li>{html.escape(line)}" for line in remarks(graded, notes))
    return PAGE.substitute(tables=tables, lines=lines)


def _in_html(table: Table) -> str:
    """A table as HTML that scrolls in its own box; no cell is cut."""

    def row(tag: str, cells: list[str]) -> str:
        parts = []
        for cell, column in zip(cells, table.columns, strict=True):
            words = html.escape(Text.from_markup(cell).plain).replace("\n", "<br>")
            parts.append(f"<{tag} class={column.justify}>{words}</{tag}>")
        return f"<tr>{''.join(parts)}</tr>"

    rows = [row("th", [str(column.header) for column in table.columns])]
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        rows.append(row("td", [str(cell) for cell in cells]))
    scroll = f'<div tabindex=0 role=region aria-label="{table.title}">'
    return "\n".join([f"<h2>{table.title}</h2>", f"{scroll}<table>", *rows, "</table></div>"])
