"""The feedback page: what a learner reads about one submission.

It is made of the graded notebook, the module beside it and the rows of the gradebook. It holds the
verdicts, and no test, no input and no expected value; text of learners is escaped, and no script
runs on it. `nbgrader generate_feedback` makes the same page by `FeedbackExporter`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnlab.kit.course import Unit
from bnlab.kit.formats import check_cell_id, quiz_cell_id, written_cell_id

from ..core.report import QuizMark, TaskReport, from_data
from ..core.solutions import questions
from ..course.html_pages import render
from ..course.module_parts import Part, parts
from .database import Rows

TEMPLATE = Path(__file__).with_name("feedback_page.html.j2")
OTHERS_ID = "text-in-other-cells"
_FENCED = re.compile(r"^(`{3,})text\n(.*?)\n?^\1$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Circumstances:
    """What a page depends on beside the submission.

    Attributes:
        shown_from: when the right quiz answers may be shown; None for at once.
        now: the present time.
        zone: the time zone of the school, None for that of this machine.
        name: the name of the learner for display, "" if it is not known.
        book: the address of the pages of the book, "" if it is not known.
    """

    shown_from: datetime.datetime | None = None
    now: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    zone: datetime.tzinfo | None = None
    name: str = ""
    book: str = ""

    @property
    def answers_wait_until(self) -> str:
        """The time until which right answers are not shown, "" if they are shown."""
        if self.shown_from is None or self.now > self.shown_from:
            return ""
        return f"{self.shown_from.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"

    def digest_text(self) -> str:
        """Return what changes the page, as text."""
        return repr((self.answers_wait_until, self.name, self.book))


@dataclass(frozen=True)
class Mark:
    """The points of one cell as the gradebook has them."""

    points: float
    of: float
    waits: bool = False
    by_hand: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to a quiz question."""

    title: str
    asked: str
    mark: Mark
    report: QuizMark | None
    text: str
    right: str = ""
    why: str = ""


@dataclass
class Finding:
    """Properties with one result: one that holds, or those that fail with the same problem.

    Attributes:
        above: the task further up that has the same problem, "" if this one is the first.
    """

    passed: bool
    properties: list[str]
    problem: str = ""
    above: str = ""


def findings_of(reports: Iterable[tuple[str, TaskReport]]) -> dict[str, list[Finding]]:
    """Return the findings of each task, those that fail first; each problem is in full once."""
    first: dict[str, str] = {}
    found: dict[str, list[Finding]] = {}
    for name, report in reports:
        by_problem: dict[str, Finding] = {}
        passed = []
        for verdict in report.verdicts:
            if verdict.passed:
                passed.append(Finding(True, [verdict.property]))
                continue
            problem = verdict.problem or ""
            where = first.setdefault(problem, name) if problem else name
            above = where if where != name else ""
            key = problem or verdict.property  # without a reason, nothing says that they are one
            each = by_problem.setdefault(key, Finding(False, [], problem, above))
            each.properties.append(verdict.property)
        found[name] = [*by_problem.values(), *passed]
    return found


def feedback_page(
    unit: Unit,
    learner: str,
    notebook: Any,
    rows: Rows,
    module: str | None,
    around: Circumstances,
) -> str:
    """Return the page of one submission.

    Args:
        unit: the unit.
        learner: the name of the learner's folder.
        notebook: the graded notebook.
        rows: what the gradebook holds of the submission.
        module: text of the module, None if there is none.
        around: what else the page depends on.
    """
    cells = _Cells(notebook, rows)
    tasks = [(task.name, cells.task(task.name), cells.mark(check_cell_id(task.name), task.points))
             for task in unit.tasks]  # fmt: skip
    quiz = [_answer(unit, each, cells, around) for each in unit.quiz]
    cell = written_cell_id(unit.name)
    written = cells.mark(cell, unit.written)
    marks = [*(mark for _, _, mark in tasks), *(each.mark for each in quiz), written]
    waiting = [mark.of for mark in marks if mark.waits]
    penalty = rows.penalty or 0.0
    return render(
        TEMPLATE, unit=unit, learner=learner, around=around, tasks=tasks, quiz=quiz,
        findings=findings_of((name, e) for name, e, _ in tasks if isinstance(e, TaskReport)),
        written=written, penalty=penalty, waiting=waiting, code=_code(unit, module),
        asked=cells.above(cell), answer=_texts(cells.source(cell)),
        others=_texts(cells.source_of_id(OTHERS_ID)), has_module=module is not None,
        points=max(0.0, sum(mark.points for mark in marks if not mark.waits) - penalty),
        of=sum(mark.of for mark in marks), of_marked=sum(m.of for m in marks if not m.waits),
    )  # fmt: skip


class _Cells:
    """The cells of a graded notebook by their grade ids, with the rows of the gradebook."""

    def __init__(self, notebook: Any, rows: Rows):
        self._rows, self._all = rows, list(notebook.cells)
        self._at = {
            cell.metadata.get("nbgrader", {}).get("grade_id"): number
            for number, cell in enumerate(self._all)
        }

    def source(self, name: str) -> str:
        """Return the text of a cell, "" if there is none."""
        return str(self._all[self._at[name]].source) if name in self._at else ""

    def source_of_id(self, cell_id: str) -> str:
        return next((str(each.source) for each in self._all if each.get("id") == cell_id), "")

    def above(self, name: str) -> str:
        """Return our text above a cell as HTML, "" if there is none."""
        number = self._at.get(name, 0) - 1
        while number > 0 and "bngrader" in self._all[number].metadata:
            number -= 1
        above = self._all[number] if number >= 0 else None
        if above is None or above.cell_type != "markdown" or above.metadata.get("nbgrader"):
            return ""
        return _as_html(str(above.source))

    def task(self, name: str) -> TaskReport | str:
        """Return the report on a task, or the text of the verdicts if there is no report."""
        return self._report(check_cell_id(name), TaskReport)

    def quiz(self, name: str) -> QuizMark | str:
        """Return the mark of a question, or its text."""
        return self._report(quiz_cell_id(name), QuizMark)

    def _report(self, name: str, kind: Any) -> Any:
        texts = []
        for output in self._all[self._at[name]].get("outputs", []) if name in self._at else []:
            data = output.get("metadata", {}).get("bngrader")
            if data is not None:
                try:
                    return from_data(kind, data)
                except ValueError:
                    continue
            texts.append(str(output.get("text", "")))
        return "".join(texts)

    def mark(self, name: str, of: float) -> Mark:
        grade, comment = self._rows.grades.get(name), self._rows.comments.get(name)
        said = (comment.for_learner or "") if comment else ""
        if grade is None:
            return Mark(0.0, of, comment=said)
        waits = grade.pending and grade.auto is None
        return Mark(grade.score, of, waits, grade.manual is not None, "" if waits else said)


def _answer(unit: Unit, question: Any, cells: _Cells, around: Circumstances) -> Answer:
    cell = quiz_cell_id(question.name)
    report = cells.quiz(question.name)
    key = questions(unit.name).get(question.name, {})
    shown = not around.answers_wait_until
    return Answer(
        question.name, cells.above(cell), cells.mark(cell, question.points),
        report if isinstance(report, QuizMark) else None,
        report if isinstance(report, str) and shown else "",
        str(key.get("answer", "")) if shown else "", key.get("why", "") if shown else "",
    )  # fmt: skip


def _code(unit: Unit, module: str | None) -> dict[str, Part | list[Part]]:
    """Return the part of each task's definition by its name, and the others under ""."""
    names = {task.name.partition(".")[0] for task in unit.tasks}
    found = parts(module or "", names)
    return {each.name: each for each in found if each.name} | {
        "": [each for each in found if not each.name]
    }


def _texts(source: str) -> list[str]:
    """Return the texts that `inert` has put into code blocks, or the whole text."""
    found = [match[2] for match in _FENCED.finditer(source)]
    return found or ([source] if source.strip() else [])


@lru_cache(256)
def _as_html(text: str) -> str:
    """Return text of ours as HTML, with emphasis in place of headings."""
    from markupsafe import Markup
    from nbconvert.filters import markdown2html

    # Headings of the notebook are none of the page.
    html = re.sub(
        r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", r"<p><strong>\1</strong></p>", markdown2html(text)
    )
    html = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", html)
    return Markup(html)
