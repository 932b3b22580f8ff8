"""A report in words: what a learner reads under a check cell, what a teacher sees of a class."""

from __future__ import annotations

import io
import textwrap
from collections import Counter, defaultdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bnlab.kit.tasks import stem as find_stem

from ..ground.model import QuizMark, TaskReport
from ..ground.submission import printable
from .course import Graded, protection


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
    for suspect in task.suspects:
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
    """One row per learner, one column per stem."""
    stems = list(dict.fromkeys(each.submission.stem for each in graded))
    stems.sort(key=lambda name: find_stem(name).number)
    table = Table(title="Points", title_justify="left")
    table.add_column("learner", no_wrap=True)
    for name in stems:
        table.add_column(f"{name}\n/{find_stem(name).machine_points}", justify="right")
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for each in graded:
        mark = f"{each.report.points:g}" + ("!" if each.report.problem else "")
        rows[each.submission.learner][each.submission.stem] = mark
    for learner, row in rows.items():
        table.add_row(escape(printable(learner)), *(row.get(name, "") for name in stems))
    return table


def misunderstandings(graded: list[Graded], most: int = 10) -> Table:
    """What the class misunderstood most often."""
    counts = Counter(
        (each.submission.stem, suspect.name, suspect.hint)
        for each in graded
        for task in each.report.tasks
        for suspect in task.suspects
    )
    table = Table(title="What the class misunderstood", title_justify="left")
    for column in ("learners", "stem", "what their code does"):
        table.add_column(column)
    for (stem, _, hint), count in counts.most_common(most):
        table.add_row(str(count), stem, hint)
    return table


def show_class(graded: list[Graded], notes: list[str], console: Console) -> None:
    """Prints the class table, what was misunderstood, and what could not be judged."""
    console.print(class_table(graded))
    console.print(misunderstandings(graded))
    for note in notes:
        console.print(note, soft_wrap=True, markup=False)
    for each in graded:
        if each.report.problem:
            where = f"{printable(each.submission.learner)}/{each.submission.stem}"
            console.print(f"! {where}: {each.report.problem}", soft_wrap=True, markup=False)
    for each in graded:
        for remark in each.report.remarks:
            where = f"{printable(each.submission.learner)}/{each.submission.stem}"
            console.print(f"? {where}: {remark}", soft_wrap=True, markup=False)
    tier = protection(graded)
    how = "unconfined, as trusted" if tier == "none" else f"confined by {tier}"
    console.print(f"{len(graded)} submissions judged" + (f", their code {how}." if tier else "."))


def class_page(graded: list[Graded], notes: list[str]) -> str:
    """The same as a page of HTML; what learners chose is escaped."""
    console = Console(record=True, width=120, file=io.StringIO(), highlight=False)
    show_class(graded, notes, console)
    return console.export_html()
