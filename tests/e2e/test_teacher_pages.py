"""Pages made of what learners wrote, in Chromium: readable everywhere, and inert."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from bngrader.authoring.notebooks import build
from bngrader.core.report import QuizMark, RecognisedMistake, Report, TaskReport, Verdict
from bngrader.course.grade import Graded
from bngrader.course.notebooks import Notebook
from bngrader.course.report.page import class_page
from bngrader.course.report.situation import Situation
from bngrader.course.similarity.page import similarity_page
from bngrader.course.similarity.pairs import modules
from bngrader.course.submissions import Submission
from bngrader.gradebook.database import Comment, Grade, Rows
from bngrader.gradebook.feedback_page import Circumstances, feedback_page
from bngrader.gradebook.preprocessors import add_for_marker, write_answers, write_verdicts
from bnlab.kit.course import unit
from tests.helpers.browser import DESKTOP, PHONE, chromium, page

HOSTILE = (
    "</pre></textarea><script>document.title='ran'</script><img src=x onerror=document.title='ran'>"
    "<iframe src='http://evil.example/'></iframe> \u202e \x1b[31m " + "w" * 400
)


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def check(browser, path: Path) -> None:
    """Fail if a page runs a script of a learner, asks for anything, or cannot be read."""
    for size in (DESKTOP, PHONE):
        for theme in ("light", "dark"):
            with page(browser, size, theme) as (tab, seen):
                tab.goto(path.as_uri())
                tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
                assert tab.title() != "ran"
                assert not seen, seen
                assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
                found = Axe().run(tab).response["violations"]
                assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_a_feedback_page_fits_a_phone_in_both_themes_and_runs_nothing(browser, tmp_path):
    moments = unit("moments")
    failed = Verdict("t", "the variance is divided by N", False, HOSTILE)
    mistake = RecognisedMistake("m", "Your variance is divided by N - 1.", "02_moments.html#x")
    report = Report(
        "moments",
        (
            TaskReport("batch_moments", 4, (Verdict("s", "holds", True), failed), (mistake,)),
            TaskReport("normalize", 3, (), uses=("batch_moments",)),
        ),
        quiz=(QuizMark("grams", 1.0, 1, "1e+06", "why"), QuizMark("one_row", 0.0, 1)),
    )
    notebook = build(moments)
    write_answers(moments, notebook, Notebook(written=HOSTILE, others=(HOSTILE,)))
    write_verdicts(notebook, report)
    module = f"'''{HOSTILE}'''\ndef batch_moments(x):\n    return '''{HOSTILE}'''\n"
    add_for_marker(moments, notebook, module)
    nbformat.validate(notebook)
    rows = Rows(
        "", "", None, None, 1.5,
        {"check-batch_moments": Grade("", 2.0, pending=False), "written-moments": Grade("")},
        {"quiz-grams": Comment("", manual=HOSTILE)},
    )  # fmt: skip
    path = tmp_path / "page.html"
    around = Circumstances(name=HOSTILE)
    path.write_text(feedback_page(moments, HOSTILE, notebook, rows, module, around), "utf-8")
    check(browser, path)


def test_a_class_report_can_be_sorted_and_fits_a_phone(browser, tmp_path):
    names = {f"l{i:02d}": HOSTILE for i in range(70)}
    graded, times = [], {}
    for number, name in enumerate(names):
        verdict = Verdict("t", "holds", number % 3 == 0, "took longer than 10 s " + HOSTILE)
        mistake = RecognisedMistake("m", "Your variance is divided by N - 1.", "02_moments.html#x")
        task = TaskReport("batch_moments", 4, (verdict,), (mistake,) * (number % 3 > 0))
        report = Report("moments", (task,), remarks=(HOSTILE,), notebook_problem=HOSTILE)
        graded.append(Graded(Submission(name, "moments", tmp_path), report))
        times[name, "moments"] = tuple(
            datetime(2026, 11, 1 + number % 20, hour, tzinfo=UTC) for hour in (1, 2)
        )
    around = Situation(names, times, due={"moments": datetime(2026, 11, 15, tzinfo=UTC)})
    path = tmp_path / "report.html"
    path.write_text(class_page(graded, around), "utf-8")
    check(browser, path)
    with page(browser, DESKTOP, "light") as (tab, seen):
        tab.goto(path.as_uri())
        tab.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        shown = (
            "[...document.querySelectorAll('#points tbody td:nth-child(2)')].map(c => c.innerText)"
        )
        assert tab.evaluate(shown)[:3] == ["4!", "0!", "0!"]
        tab.click("#points thead th:nth-child(2) button")
        assert set(tab.evaluate(shown)[:40]) == {"0!"}
        tab.click("#points thead th:nth-child(2) button")
        assert set(tab.evaluate(shown)[:20]) == {"4!"}
        assert not seen, seen


def test_a_similarity_report_shows_both_texts_and_runs_nothing(browser, tmp_path):
    text = "\n".join(f"a{i} = x[{i}] * y[{i + 1}] - z({i})  # {HOSTILE}" for i in range(60))
    names = {"ada": HOSTILE, HOSTILE[:60]: "Bo"}
    texts = {("moments", "module", who): text for who in names}
    found = modules("moments", {who: text for who in names})
    assert len(found) == 1
    path = tmp_path / "similarity.html"
    path.write_text(similarity_page(found, texts, {"modules": 2}, names), "utf-8")
    check(browser, path)
