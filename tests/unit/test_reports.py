"""What a teacher sees of a class: no name and no point is cut, on a screen or on a page."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bngrader.core.report import RecognisedMistake, Report, TaskReport, Verdict
from bngrader.course.class_report import class_page, class_report, print_class
from bngrader.course.grade import Graded
from bngrader.course.submissions import Submission
from bnlab.kit.course import coded_units

HINT = "Your variance is divided by N - 1 <b>and</b> not by N, " + "which is a long story " * 9
LEARNER = "a-learner-with-a-name-of-some-length"


@pytest.fixture(scope="module")
def graded():
    """One learner with a submission of every unit, each with a mark of five characters."""
    verdicts = tuple(Verdict("t", "holds", passed) for passed in (True,) * 8 + (False,))
    mistakes = (RecognisedMistake("unbiased", HINT, ""),)
    return [
        Graded(
            Submission(LEARNER, unit, Path()),
            Report(unit, (TaskReport("task", 14, verdicts, mistakes),), remarks=("line 1",)),
        )
        for unit in coded_units()
    ]


def test_a_page_has_every_heading_name_mark_and_hint_whole(graded):
    page = class_page(class_report(graded, ["<i>left over</i>"]))
    for unit in coded_units():
        assert f">{unit}<br>/" in page
    assert page.count(">12.44<") == len(coded_units())
    assert f">{LEARNER}<" in page
    assert HINT.strip().replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in page
    assert "&lt;i&gt;left over&lt;/i&gt;" in page
    assert "…" not in page


def test_a_page_fits_a_phone_and_takes_the_colours_of_the_reader(graded):
    page = class_page(class_report(graded, []))
    assert '<meta name="viewport"' in page
    assert "color-scheme: light dark" in page
    assert (
        page.count("<table>") == page.count("</table></div>") == page.count('class="scroll"') == 2
    )
    assert "position: sticky" in page


def test_twelve_columns_of_points_fit_beside_a_name_and_no_mark_is_cut(graded):
    screen = io.StringIO()
    console = Console(file=screen, width=len(LEARNER) + 6 * len(graded) + 1)
    print_class(class_report(graded, []), console)
    row = next(line for line in screen.getvalue().splitlines() if line.startswith(LEARNER))
    assert row.split()[1:] == ["12.44"] * len(graded)
