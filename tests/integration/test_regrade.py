"""Marks that are recorded change only by a regrade, which explains, keeps and brings back."""

import csv
import json
import re
import shutil
import warnings
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from bngrader.cli import judging
from bngrader.cli.main import main
from bngrader.core import solutions
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.gradebook import regrading
from bngrader.gradebook.history import History
from bngrader.judging import quiz
from bnlab.kit.course import unit
from tests.helpers.downloads import laid_out
from tests.helpers.small_course import LEARNERS, Grader, marks, record_class

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
CELL = "check-batch_moments"


@pytest.fixture
def grader(monkeypatch):
    made = Grader()

    def judged(options, course, mine, secret, device):
        return grade(mine, secret, made, units=course.units())

    monkeypatch.setattr(judging, "judged", judged)
    for name in ("grade", "regrade"):
        monkeypatch.setattr(f"bngrader.cli.{name}.judged", judged)
    return made


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A course of one unit with the marks of four learners."""
    return record_class(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def course(recorded, tmp_path):
    """The same course with a mark by hand for ada and another for a check cell of bo."""
    shutil.copytree(recorded.root, tmp_path / "course")
    made = Course(tmp_path / "course")
    with Gradebook(f"sqlite:///{made.gradebook}") as book:
        for who, cell, points in (("ada", "written-moments", 2), ("bo", CELL, 4)):
            row = book.find_grade(cell, "02_moments", "moments", who)
            row.manual_score, row.needs_manual_grade = points, False
        said = book.find_comment("written-moments", "02_moments", "moments", "ada")
        said.manual_comment = "Good"
        book.db.commit()
    return made


def run(course, *words):
    return main([*words, "--course", str(course.root)])


def pages(course):
    """Graded notebooks and pages of those whose mark depends on the tests of `Grader`.

    Those of the others change with the text of the tests, and not with a regrade.
    """
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for kind in ("autograded", "feedback")
        for who in changed_learners(course)
        for path in sorted((course.root / kind / who).rglob("*"))
        if path.is_file()
    }


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def up_to_date(course):
    """Write the pages with the marks that people gave, as a teacher does."""
    assert run(course, "grade", "--gradebook") == 0
    return marks(course), pages(course)


def test_grade_leaves_recorded_marks_when_hidden_tests_change_and_names_the_command(
    course, grader, capsys
):
    before = up_to_date(course)
    grader.tests = ("holds", "even", "new")
    assert run(course, "grade", "--gradebook") == 1
    assert "would change, because hidden tests or right answers" in said(capsys)
    assert (marks(course), pages(course)) == before


def test_grade_records_a_new_submission_while_others_are_held(course, grader, capsys):
    grader.tests = ("holds", "even", "new")
    path = course.submitted / "cy" / "moments" / "bnlab" / "moments.py"
    path.write_text(path.read_text() + "\n# more")
    old = marks(course)
    assert run(course, "grade", "--gradebook") == 1
    new = marks(course)
    assert new["cy"] != old["cy"]
    others = ("ada", "bo", "=dee")
    assert [new[who][0] for who in others] == [old[who][0] for who in others]


def test_a_moved_due_date_changes_penalties_of_marks_that_are_held(course, grader):
    grader.tests = ("holds", "even", "new")
    assert marks(course)["ada"][2] > 0
    course.file.write_text("[due]\nmoments = 2026-11-22T12:00:00Z\n[late]\npercent_per_day = 10\n")
    assert run(course, "grade", "--gradebook") == 1
    assert {who: row[2] for who, row in marks(course).items()} == dict.fromkeys(LEARNERS, 0)


def test_explain_lists_whose_mark_changes_by_which_test_and_writes_nothing(
    course, grader, capsys, tmp_path
):
    before = up_to_date(course)
    grader.tests = ("holds", "even", "new")
    capsys.readouterr()
    table, data = tmp_path / "changes.csv", tmp_path / "changes.json"
    words = ["regrade", "--explain", "--csv", str(table), "--json", str(data)]
    assert run(course, *words) == 0
    out = said(capsys)
    assert "new test, failed: new" in out
    assert "Nothing was changed" in out
    assert (marks(course), pages(course)) == before
    rows = rows_of(table)
    assert {row["learner"] for row in rows} <= {*LEARNERS, "'=dee"}
    odd = {row["learner"] for row in rows}
    assert odd == {"'=dee" if who == "=dee" else who for who in changed_learners(course)}
    row = next(row for row in rows if row["learner"] in odd - {"bo"} and row["task"] == "normalize")
    assert (row["points"], row["points_new"], row["of"]) == ("1.5", "1", "3")
    assert json.loads(data.read_text())["totals"]


def rows_of(table):
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def changed_learners(course):
    """Those whose module has an odd length, computed from the files alone."""
    modules = course.submitted.glob("*/moments/bnlab/moments.py")
    return {path.parents[2].name for path in modules if len(path.read_text()) % 2}


def test_what_explain_says_is_what_regrade_writes_and_undo_brings_back(
    course, grader, capsys, tmp_path
):
    before = up_to_date(course)
    grader.tests = ("holds", "even", "new")
    data = tmp_path / "changes.json"
    assert run(course, "regrade", "--explain", "--json", str(data)) == 0
    told = json.loads(data.read_text())["totals"]
    assert run(course, "regrade", "--reason", "a test of constant features") == 0
    for each in told:
        cells, _, penalty = marks(course)[each["learner"]]
        score = sum(
            auto if hand is None else hand for auto, hand, _ in cells.values() if auto or hand
        )
        assert score - penalty == pytest.approx(each["points_new"], abs=0.01)
    after = marks(course)
    assert after["ada"][0]["written-moments"][1] == 2
    assert after["ada"][1] == {"written-moments": "Good"}
    assert after["bo"][0][CELL][1] == 4
    capsys.readouterr()
    assert run(course, "regrade", "--list") == 0
    assert re.search(r"1 2\d{3}-.* UTC .*a test of constant features", said(capsys))
    assert run(course, "regrade", "--explain") == 0
    assert "No mark of 4 changes" in said(capsys)
    assert run(course, "regrade", "--undo") == 0
    assert (marks(course), pages(course)) == before
    assert run(course, "grade", "--gradebook") == 1  # held
    assert (marks(course), pages(course)) == before
    assert run(course, "regrade", "--undo") == 2
    assert run(course, "regrade", "--undo", "2") == 0
    assert marks(course) == after


def test_undo_leaves_who_has_handed_in_anew_and_marks_given_since(course, grader, capsys):
    up_to_date(course)
    first = marks(course)
    grader.tests = ("holds", "even", "new")
    assert run(course, "regrade", "--reason", "more") == 0
    who = sorted(changed_learners(course) - {"ada"})[0]
    path = course.submitted / who / "moments" / "bnlab" / "moments.py"
    path.write_text(path.read_text() + "\n# handed in anew #")
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        row = book.find_grade("written-moments", "02_moments", "moments", "ada")
        row.manual_score = 1
        book.db.commit()
    assert run(course, "grade", "--gradebook") == 0
    now = marks(course)[who]
    capsys.readouterr()
    assert run(course, "regrade", "--undo") == 0
    assert f"{who}/moments: handed in anew since, not changed" in said(capsys)
    assert marks(course)[who] == now
    assert marks(course)["ada"][0]["written-moments"][1] == 1
    others = set(LEARNERS) - {who, "ada"}
    assert {o: marks(course)[o][0] for o in others} == {o: first[o][0] for o in others}


def test_other_points_are_explained_before_they_are_written_and_can_be_undone(
    course, grader, capsys
):
    before = up_to_date(course)
    rules = course.file.read_text()
    course.file.write_text(
        rules + "[points]\nmoments = { batch_moments = 6, one_row = 3, written = 4 }\n"
    )
    assert run(course, "grade", "--gradebook") == 2
    assert "check-batch_moments 4 -> 6 points" in capsys.readouterr().err
    assert run(course, "release") == 2
    assert "`bngrader regrade --explain`" in capsys.readouterr().err
    assert not course.handout.exists()
    table = course.root / "changes.csv"
    assert run(course, "regrade", "--explain", "--csv", str(table)) == 0
    reasons = {tuple(row.values())[:3]: row["reason"] for row in rows_of(table)}
    assert reasons["cy", "moments", "batch_moments"] == "4 points become 6"
    stays = "a person gave this mark, and it stays; look at it again"
    assert reasons["bo", "moments", "batch_moments"] == f"4 points become 6; {stays}"
    assert reasons["ada", "moments", "written"] == f"2 points become 4; {stays}"
    assert (marks(course), pages(course)) == before
    assert run(course, "regrade", "--reason", "the task was worth more") == 0
    cells = marks(course)["cy"][0]
    assert cells[CELL] == (3 if "cy" in changed_learners(course) else 6, None, 6)
    assert marks(course)["bo"][0][CELL][1:] == (4, 6)
    assert marks(course)["ada"][0]["written-moments"] == (None, 2, 4)
    assert run(course, "grade", "--gradebook") == 0
    assert run(course, "regrade", "--undo") == 0
    assert (marks(course), pages(course)) == before
    course.file.write_text(rules)
    assert run(course, "grade", "--gradebook") == 0
    assert (marks(course), pages(course)) == before


def test_a_question_that_goes_and_one_that_comes_move_no_other_mark(
    course, grader, capsys, monkeypatch
):
    before = up_to_date(course)
    old = quiz.grade_quiz

    def changed(name):
        found = unit(name)
        rows = tuple(replace(e, name="one_line") if e.name == "one_row" else e for e in found.quiz)
        return replace(found, quiz=rows) if name == "moments" else found

    def renamed(name, text):
        marks = old(name, text)
        return tuple(
            replace(m, question="one_line", points=1.0) if m.question == "one_row" else m
            for m in marks
        )

    read = solutions.notebook_source
    monkeypatch.setattr("bngrader.course.settings.find_unit", changed)
    monkeypatch.setattr("bngrader.course.grade.grade_quiz", renamed)
    monkeypatch.setattr(
        solutions,
        "notebook_source",
        lambda slug: read(slug).replace("one_row = None", "one_line = None"),
    )
    assert run(course, "regrade", "--explain") == 0
    out = said(capsys)
    assert "quiz-one_row is removed, quiz-one_line is added" in out
    assert (marks(course), pages(course)) == before
    assert run(course, "regrade", "--reason", "another question") == 0
    after = marks(course)
    for who in LEARNERS:
        old_cells, new_cells = before[0][who][0], after[who][0]
        assert new_cells["quiz-one_line"] == (1, None, 1)
        assert "quiz-one_row" not in new_cells
        both = old_cells.keys() & new_cells
        assert {c: new_cells[c] for c in both} == {c: old_cells[c] for c in both}
        assert after[who][1] == before[0][who][1]
    assert run(course, "grade", "--gradebook") == 0
    assert marks(course) == after
    assert run(course, "regrade", "--undo") == 0
    assert marks(course) == before[0]


STEPS = ("begin", "change", "record", "write_feedback", "finish")


@pytest.mark.parametrize("step", STEPS)
def test_a_regrade_that_is_stopped_is_continued_with_the_marks_before_the_first_run(
    course, grader, monkeypatch, step
):
    before = up_to_date(course)
    rules = course.file.read_text()
    grader.tests = ("holds", "even", "new")
    course.file.write_text(rules + "[points]\nmoments = { batch_moments = 6 }\n")

    class Stopped(BaseException):
        pass

    def stop(*_, **__):
        raise Stopped

    where = History if step in ("begin", "finish") else regrading
    with monkeypatch.context() as patch:
        patch.setattr(where, step, stop)
        with pytest.raises(Stopped):
            run(course, "regrade", "--reason", "stopped")
    assert run(course, "regrade", "--reason", "again") == 0
    (only,) = History(course).regrades
    assert only.reason == ("again" if step == "begin" else "stopped")
    assert {name for name, _ in only.names} == set(LEARNERS)
    assert run(course, "regrade", "--undo") == 0
    assert (marks(course), pages(course)) == before


def test_what_a_killed_run_has_left_of_the_marks_before_is_no_regrade(course, grader):
    laid_out(course.root / "regrades" / ".1.partial", {"about.json": b"{}", "marks.json": b""})
    assert run(course, "regrade", "--list") == 0
    grader.tests = ("holds", "even", "new")
    assert run(course, "regrade", "--reason", "another test") == 0
    assert [each.number for each in History(course).regrades] == [1]
