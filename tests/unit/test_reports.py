"""What a teacher sees of a class: nothing is cut, counted twice, or said without a reason."""

import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import Environment
from rich.console import Console

from bngrader.core.report import QuizMark, RecognisedMistake, Report, Status, TaskReport, Verdict
from bngrader.course.class_report import class_report, print_class
from bngrader.course.grade import Graded
from bngrader.course.report.page import TEMPLATE, class_page
from bngrader.course.report.plots import timeline
from bngrader.course.report.sentences import for_a_person, summary
from bngrader.course.report.situation import Situation
from bngrader.course.report.statistics import class_statistics, correlation
from bngrader.course.report.tables import write_tables
from bngrader.course.submissions import Submission
from bngrader.course.tables import read_table
from bnlab.kit.course import coded_units, unit

HINT = "Your variance is divided by N - 1 <b>and</b> not by N. " + "It is a long story. " * 9
LEARNER = "a-learner-with-a-name-of-some-length"
MOMENTS = unit("moments")


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


def of_moments(learner, passed, mistake=False, **more):
    """A submission of moments with some of four properties of its first task."""
    verdicts = tuple(Verdict(f"t{i}", f"property {i}", i < passed) for i in range(4))
    mistakes = (RecognisedMistake("unbiased", HINT, "02_moments.html#x"),) if mistake else ()
    tasks = (
        TaskReport("batch_moments", 4, verdicts, mistakes),
        TaskReport("normalize", 3, (Verdict("n", "holds", passed > 2),)),
    )
    quiz = (QuizMark("grams", float(passed > 1), 1, "1"), QuizMark("one_row", 0.0, 1))
    return Graded(
        Submission(learner, "moments", Path()), Report("moments", tasks, quiz=quiz, **more)
    )


def test_a_page_has_every_heading_name_mark_and_hint_whole(graded):
    page = class_page(graded, Situation(notes=["<i>left over</i>"]))
    for name in coded_units():
        assert f">{name}<br>/" in page
    assert page.count(">12.44<") == len(coded_units())
    assert f">{LEARNER}<" in page
    assert HINT.strip().replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in page
    assert "&lt;i&gt;left over&lt;/i&gt;" in page
    assert "…" not in page


def test_twelve_columns_of_points_fit_beside_a_name_and_no_mark_is_cut(graded):
    screen = io.StringIO()
    console = Console(file=screen, width=len(LEARNER) + 6 * len(graded) + 1)
    print_class(class_report(graded, []), console)
    row = next(line for line in screen.getvalue().splitlines() if line.startswith(LEARNER))
    assert row.split()[1:] == ["12.44"] * len(graded)


def test_the_summary_says_who_made_which_mistake_and_what_is_hard():
    graded = [of_moments(f"l{i}", passed=i % 5, mistake=i < 3) for i in range(10)]
    graded.append(of_moments("failed", 4, status=Status.NOT_JUDGED, problem="the disk is full."))
    around = Situation(names={f"l{i}": "" for i in range(12)})
    found = class_statistics(graded, around)
    said = summary(found, around, 4)
    assert said[0] == (
        "3 of 10 in moments: “Your variance is divided by N - 1 <b>and</b> not by N.”"
    )
    assert "The hardest is one_row of moments: the mean share of its points is 0%." in said[1]
    assert "11 of 13 learners handed in something." in said
    assert summary(class_statistics([], around), around, 0) == [
        "Nobody has handed in anything yet."
    ]
    (row,) = found.mistakes
    assert (row.learners, row.of) == (("l0", "l1", "l2"), 10)
    assert ("not graded", "failed/moments", "the disk is full.") in for_a_person(graded, around)


def test_difficulty_and_discrimination_are_those_of_the_definition():
    graded = [of_moments(f"l{i}", passed=i % 5) for i in range(10)]
    items = {row.item: row for row in class_statistics(graded, Situation()).items}
    first = items["batch_moments"]
    assert first.difficulty == pytest.approx(0.5)
    assert first.lost == ("property 3", 8)
    own = [i % 5 for i in range(10)]
    rest = [3 * (i % 5 > 2) + (i % 5 > 1) for i in range(10)]
    mean = [sum(each) / 10 for each in (own, rest)]
    over = sum((a - mean[0]) * (b - mean[1]) for a, b in zip(own, rest, strict=True))
    square = [sum((v - m) ** 2 for v in each) for each, m in zip((own, rest), mean, strict=True)]
    assert first.discrimination == pytest.approx(over / (square[0] * square[1]) ** 0.5)
    assert first.low < first.discrimination < first.high
    assert items["one_row"].discrimination is None, "all have the same points"
    assert correlation([1, 2, 3, 4], [1, 2, 3, 4])[0] is None, "too few"


def test_who_has_fallen_behind_follows_due_dates_extensions_and_points():
    now = datetime(2026, 12, 1, tzinfo=UTC)
    due = {"moments": now - timedelta(days=1)}
    names = {"ada": "Ada", "bo": "Bo", "cy": "Cy", "di": "Di"}
    over = frozenset((name, "moments") for name in ("ada", "bo", "cy"))  # di has an extension
    around = Situation(names=names, due=due, over=over, now=now)
    found = class_statistics([of_moments("ada", 4), of_moments("bo", 0)], around)
    assert [(row.learner, row.missing) for row in found.behind] == [
        ("cy", ("moments",)), ("bo", ())
    ]  # fmt: skip


@pytest.mark.parametrize("learners", [0, 1, 300])
def test_a_class_of_any_size_has_a_page_and_tables(tmp_path, learners):
    random.seed(1)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    graded = [of_moments(f"l{i:03d}", random.randrange(5), i % 2 == 0) for i in range(learners)]
    times = {
        (each.submission.learner, "moments"): (now - timedelta(hours=i), now)
        for i, each in enumerate(graded)
    }
    names = {f"l{i:03d}": "=cmd|' /C calc'!A0" for i in range(learners)}
    around = Situation(names=names, times=times, due={"moments": now})
    page = class_page(graded, around)
    assert page.count("<details>") >= (learners > 60)
    paths = write_tables(tmp_path / "report.html", graded, around)
    assert [path.name for path in paths] == [
        "report-points.csv", "report-tasks.csv", "report-mistakes.csv"
    ]  # fmt: skip
    header, rows = read_table(paths[0])
    assert len(rows) == learners
    assert all(row[header.index("name")].startswith("'=") for row in rows)


def test_the_axis_of_attempts_within_hours_tells_the_times():
    day = datetime(2026, 11, 20, 8, tzinfo=UTC)
    within = timeline({("ada", "moments"): [day, day + timedelta(hours=9)]}, {}, UTC)
    assert all(f">2026-11-20 {at}<" in within for at in ("08:00", "12:30", "17:00"))
    weeks = timeline({("ada", "moments"): [day, day + timedelta(weeks=9)]}, {}, UTC)
    assert ">2026-11-20<" in weeks


def test_a_discrimination_that_rounds_to_zero_has_no_sign():
    macros = Environment().from_string(TEMPLATE.read_text("utf-8").partition("\n")[0]).module
    assert [str(macros.hundredths(each)) for each in (-0.001, 0.001, -0.126)] == [
        "0.00", "0.00", "-0.13",
    ]  # fmt: skip
