"""A quiz answer is read as a literal, whatever is in the cell, and nothing of it is executed."""

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bngrader.authoring import release
from bngrader.authoring.notebooks import NotebookError, build, notebook_bytes
from bngrader.core import solutions
from bngrader.gradebook.feedback import quiz_feedback
from bngrader.judging.quiz import grade_quiz, is_right
from bnlab.kit.course import unit, units
from bnlab.kit.quiz_cells import MAX_CELL_CHARS, answers, cell_text, read_answer

MOMENTS = unit("moments")


def handed_in(**cells):
    """The notebook of `moments` with these texts in its quiz cells."""
    notebook = json.loads(notebook_bytes(MOMENTS))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").removeprefix("quiz-")
        if name in cells:
            cell["source"] = cells[name]
    return json.dumps(notebook)


def points(**cells):
    return [mark.points for mark in grade_quiz("moments", handed_in(**cells))]


def test_right_and_wrong_and_missing_answers_earn_what_they_should():
    assert points(grams="grams = 1e6", one_row="one_row = 0  # nothing is left") == [1, 1]
    assert points(grams="grams = 1000", one_row="one_row = 0.0") == [0, 1]
    assert points() == [0, 0]


def test_answers_of_an_untouched_notebook_are_none_for_every_unit():
    for each in units().values():
        marks = grade_quiz(each.name, notebook_bytes(each).decode())
        assert [mark.question for mark in marks] == [question.name for question in each.quiz]
        assert [(mark.points, mark.answer) for mark in marks] == [(0, "")] * len(marks)


@pytest.mark.parametrize("name", list(units()))
def test_the_right_answer_of_every_question_is_worth_its_points(name):
    notebook = json.loads(notebook_bytes(unit(name)))
    truths = solutions.questions(name)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("quiz-"):
            question = grade_id.removeprefix("quiz-")
            cell["source"] = f"{question} = {truths[question]['answer']!r}"
    marks = grade_quiz(name, json.dumps(notebook))
    assert [mark.points for mark in marks] == [mark.max_points for mark in marks]


@pytest.mark.parametrize("name", list(units()))
def test_every_unit_has_two_questions_and_a_rubric_that_adds_up(name):
    truths = solutions.questions(name)
    assert set(truths) == {"written"} | {question.name for question in unit(name).quiz}
    assert len(unit(name).quiz) >= 2
    assert sum(row["points"] for row in truths["written"]) == unit(name).written


def test_no_explanation_and_no_rubric_is_in_the_handout():
    handout = b"".join(release.handout_files().values()).decode()
    for name in units():
        truths = solutions.questions(name)
        secret = [row["expect"] for row in truths["written"]]
        secret += [truths[question.name]["why"] for question in unit(name).quiz]
        assert [line for line in secret if line in handout] == []


@given(st.text(max_size=2 * MAX_CELL_CHARS))
def test_any_text_is_an_answer_or_none(text):
    answer = read_answer(text)
    assert answer is None or isinstance(answer, str) or math.isfinite(answer)


@given(st.text(alphabet="x=(){}[]-+~.eE0123456789'\"\\,:#\n \0", max_size=MAX_CELL_CHARS))
def test_any_text_that_is_nearly_python_is_an_answer_or_none(text):
    answer = read_answer("x = " + text[: MAX_CELL_CHARS - 4])
    assert answer is None or isinstance(answer, str) or math.isfinite(answer)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**300), 10**300))
def test_a_number_is_read_as_it_was_written(number):
    assert read_answer(f"x = {number!r}") == pytest.approx(float(number), rel=1e-12)


@given(st.text(min_size=1, max_size=40))
def test_a_word_is_read_without_its_case_and_its_edges(word):
    assert read_answer(f"x = {word!r}") == (word.strip().lower() or None)


@pytest.mark.parametrize(
    "cell",
    [
        "grams = open('found', 'w')", "grams = __import__('os').getpid()", "grams = '1' * 10**6",
        "grams = 1_000_000; x = 1", "import os", "grams", "grams = grams = 1000000",
        "grams = True", "grams = 1e999", "grams = [1000000]", "grams = None", "grams = 10**6 // 1",
        "grams = 9 ** 9 ** 9 ** 9", "grams = (-1) ** 0.5", "grams = 1 / 0", "grams = True * 10**6",
        "if True:\n    grams = 1000000",
        "grams = " + "(" * 300 + "1", "grams = " + "-" * 390 + "1",
        "grams = " + " " * 400 + "1000000",
    ],
)  # fmt: skip
def test_what_is_no_literal_and_no_arithmetic_is_no_answer_and_is_not_run(
    cell, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert points(grams=cell) == [0, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "cell",
    [
        "grams = 10 ** 6", "grams = 1000 * 1000.0", "grams = -(-2e6) / 2", "grams = '1000000'",
        "grams = 1_000_000\nprint(grams)", "'a gram is a thousandth'\ngrams = 1e6\ngrams",
        "grams = 10**6  # (1 kg = 1000 g) squared", "grams = 1" + "0" * 6 + " + 0" * 15,
    ],
)  # fmt: skip
def test_a_number_may_be_computed_quoted_and_printed(cell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert points(grams=cell) == [1, 0]


def test_what_a_cell_calls_beside_its_answer_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert points(grams="open('found', 'w')\ngrams = 10**6") == [1, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "notebook",
    [
        None, "", "[]", "7", '{"cells": 7}', '{"cells": [null]}', "\ud800", "[" * 100_000,
        '{"cells": [{"metadata": {"nbgrader": {"grade_id": "quiz-grams"}}, "source": {}}]}',
        '{"cells": [{"metadata": {"nbgrader": {"grade_id": "quiz-grams"}}, "source": [7]}]}',
    ],
)  # fmt: skip
def test_a_damaged_notebook_is_a_notebook_without_answers(notebook):
    assert [mark.points for mark in grade_quiz("moments", notebook)] == [0, 0]


def test_the_first_of_two_cells_with_one_id_counts():
    notebook = json.loads(handed_in(grams="grams = 1"))
    notebook["cells"] += json.loads(handed_in(grams="grams = 1000000"))["cells"]
    assert [mark.points for mark in grade_quiz("moments", json.dumps(notebook))] == [0, 0]
    assert cell_text(json.dumps(notebook), "quiz-grams", 40) == "grams = 1"


def test_feedback_says_what_was_answered_and_why():
    wrong, right = grade_quiz("moments", handed_in(grams='grams = "b\\n\\x1b"', one_row="x = 0"))
    assert 'Your answer "b\n' not in quiz_feedback(wrong)
    assert "is not right. A variance is in squared units" in quiz_feedback(wrong).replace("\n", " ")
    assert quiz_feedback(right).startswith("one_row: 1 of 1 points. Your answer 0 is right. ")
    none, _ = grade_quiz("moments", handed_in())
    assert "No answer could be read" in quiz_feedback(none)


def test_a_number_is_no_word_but_a_word_may_be_a_number():
    assert is_right(2.0, 2.05, within=0.1)
    assert not is_right(2.0, 2.05)
    assert is_right("2", 2.0, within=1)
    assert not is_right("two", 2.0)
    assert not is_right("nan", 2.0)
    assert not is_right(2.0, "2")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grams = None", "gramms = None", "quiz is 'gramms'"),
        ("grams = None", "grams = 7", "expected `<question> = None`"),
        ("one_row = None", "grams = None", "quiz cells are"),
        (":tags: [quiz]\n\ngrams", ":tags: [quizz]\n\ngrams", "quiz cells are"),
    ],
)
def test_an_odd_quiz_cell_is_refused(monkeypatch, old, new, message):
    text = solutions.notebook_source("02_moments")
    assert old in text
    monkeypatch.setattr(solutions, "notebook_source", lambda slug: text.replace(old, new))
    with pytest.raises(NotebookError, match=message):
        build(MOMENTS)


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": [], "metadata": {' + ", ".join(f'"k{n}": 1' for n in range(500_000)) + "}}",
        '{"cells": [' + ",".join(["{}"] * 2_600_000) + "]}",
        '{"cells": ' + "[" * 3_000_000 + "}",
        '{"cells": [' + "1," * 3_900_000 + "1]}",
    ],
    ids=["keys", "cells", "brackets", "numbers"],
)
def test_a_notebook_is_read_once_and_in_a_bounded_time(text):
    begun = time.process_time()
    assert answers(text, ["steps", "taller", "third"]) == dict.fromkeys(
        ["steps", "taller", "third"]
    )
    assert time.process_time() - begun < 1.5
