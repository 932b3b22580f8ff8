"""Marks and comments after a submission was graded again, row by row."""

import pytest

from bngrader.gradebook.database import EARLIER, Comment, Grade, Rows
from bngrader.gradebook.marks import NO_RESPONSE, Before, Earlier, Now, mark

CELL, CHECK = "written-moments", "check-normalize"


def rows(written, comment=None, check=None):
    grades = {CELL: written, CHECK: check or Grade("g2", auto=3.0, pending=False)}
    return Rows("s", "n", None, None, None, grades, {CELL: comment or Comment("c")})


def now(text, auto=None, check=3.0, module="x"):
    return Now({CELL: auto, CHECK: check}, CELL, text, module, {CELL: 2.0, CHECK: 3.0})


MARKED = Grade("g", manual=2.0, pending=False)
PRAISE = Comment("c", manual="Excellent")


def test_a_marked_answer_that_stays_does_not_wait():
    found = mark(rows(MARKED, PRAISE), Before("A", "x"), now("A"))
    assert found.grades[CELL] == MARKED
    assert found.comments[CELL] == PRAISE
    assert not found.moved


def test_a_changed_answer_waits_and_its_old_mark_goes_with_the_old_answer():
    found = mark(rows(MARKED, PRAISE), Before("A", "x"), now("B"))
    assert found.grades[CELL] == Grade("g", pending=True)
    assert found.comments[CELL] == Comment(
        "c", f"{EARLIER}2 of 2 points and this comment: Excellent"
    )
    assert found.comments[CELL].for_learner is None
    assert found.earlier == Earlier("A", 2.0, None, "Excellent", 2.0)
    assert found.moved


def test_changed_twice_before_a_mark_the_answer_that_was_marked_is_kept():
    first = mark(rows(MARKED, PRAISE), Before("A", "x"), now("B"))
    unmarked = rows(first.grades[CELL], first.comments[CELL])
    second = mark(unmarked, Before("B", "x", first.earlier), now("C"))
    assert second.earlier == first.earlier
    assert second.grades[CELL].pending


def test_an_answer_that_comes_back_has_its_mark_and_the_one_between_is_kept():
    earlier = Earlier("A", 2.0, None, "Excellent", 2.0)
    between = rows(Grade("g", manual=0.5, pending=False), Comment("c", manual="No."))
    found = mark(between, Before("B", "x", earlier), now("A"))
    assert found.grades[CELL] == MARKED
    assert found.comments[CELL].manual == "Excellent"
    assert found.earlier == Earlier("B", 0.5, None, "No.", 2.0)


def test_after_a_run_that_was_killed_before_the_notebook_the_old_mark_is_still_shown():
    first = mark(rows(MARKED, PRAISE), Before("A", "x"), now("B"))
    again = mark(rows(first.grades[CELL], first.comments[CELL]), Before("A", "x"), now("B"))
    assert again.grades[CELL].pending
    assert again.earlier.source == "A"
    assert "2 of 2 points" in again.comments[CELL].auto
    assert "Excellent" in again.comments[CELL].auto
    assert again.comments[CELL].for_learner is None


def test_an_answer_that_was_taken_back_has_no_points_and_the_old_mark_is_kept():
    found = mark(rows(MARKED, PRAISE), Before("A", "x"), now("", auto=0.0))
    assert found.grades[CELL] == Grade("g", auto=0.0, pending=False)
    assert found.comments[CELL].for_learner == NO_RESPONSE
    assert found.earlier.comment == "Excellent"


def test_without_the_graded_notebook_a_mark_stays_and_waits():
    found = mark(rows(MARKED, PRAISE), Before(), now("A"))
    assert (found.grades[CELL].manual, found.grades[CELL].pending) == (2.0, True)


@pytest.mark.parametrize(
    ("auto", "module", "waits"), [(3.0, "x", False), (1.5, "x", True), (3.0, "y", True)]
)
def test_a_mark_in_place_of_an_automatic_one_waits_if_mark_or_code_changed(auto, module, waits):
    check = Grade("g2", auto=3.0, manual=2.0, pending=False)
    found = mark(rows(MARKED, None, check), Before("A", "x"), now("A", None, auto, module))
    assert found.grades[CHECK] == Grade("g2", auto, 2.0, None, waits)
