"""Marks of the quiz: what a notebook answers, against what is right. Nothing is executed."""

from __future__ import annotations

from bnlab.kit.course import unit as find_unit
from bnlab.kit.quiz_cells import Answer, answers

from ..core.report import QuizMark
from ..core.solutions import questions
from ..core.text import printable


def grade_quiz(unit: str, notebook: str | None) -> tuple[QuizMark, ...]:
    """One mark for each question of a unit, in the order of the list of tasks.

    Args:
        unit: whose questions.
        notebook: text of the submitted notebook, None where there is none; anything may be in it.
    """
    right = questions(unit)
    asked = find_unit(unit).quiz
    given = answers(notebook, [each.name for each in asked])
    marks = []
    for each in asked:
        answer, truth = given[each.name], right[each.name]
        if answer is None:
            marks.append(QuizMark(each.name, 0.0, each.points))
            continue
        earned = is_right(answer, truth["answer"], truth.get("within", 0.0))
        points = float(each.points if earned else 0)
        marks.append(QuizMark(each.name, points, each.points, shown(answer), truth["why"]))
    return tuple(marks)


def is_right(answer: Answer, truth: str | float, within: float = 0.0) -> bool:
    """Whether an answer is the true one: the same word, or a number at most `within` away.

    A number in quotes is the number.
    """
    if isinstance(truth, str):
        return answer == truth
    try:
        return abs(float(answer) - truth) <= within
    except ValueError:
        return False


def shown(answer: Answer) -> str:
    """The answer as a person writes it: `"b"` or `44`."""
    return f'"{printable(answer)}"' if isinstance(answer, str) else f"{answer:g}"
