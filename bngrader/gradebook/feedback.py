"""The text that learners read below a check cell and a quiz cell of their graded notebook."""

from __future__ import annotations

import textwrap

from ..core.report import QuizMark, TaskReport

WIDTH = 92


def task_feedback(task: TaskReport) -> str:
    """Return the verdicts on one task as plain text, without expected values and inputs."""
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
    if task.uses:
        names = " and ".join(task.uses)
        follows = f"It calls your {names}, which lost points too: mend that first, then look again."
        lines += textwrap.wrap(follows, WIDTH, initial_indent="  ", subsequent_indent="  ")
    for mistake in task.mistakes:
        hint = f"This looks familiar. {mistake.hint}"
        lines += textwrap.wrap(hint, WIDTH, initial_indent="  ", subsequent_indent="  ")
        if mistake.page:
            lines.append(f"  In the book: {mistake.page}")
    return "\n".join(lines)


def quiz_feedback(mark: QuizMark) -> str:
    """Return the mark of a quiz question with the explanation of the right answer."""
    head = f"{mark.question}: {mark.points:g} of {mark.max_points} points."
    if not mark.answer:
        return f"{head} No answer could be read: a word in quotes or a number was expected."
    verdict = "right" if mark.points else "not right"
    return textwrap.fill(f"{head} Your answer {mark.answer} is {verdict}. {mark.why}", WIDTH)
