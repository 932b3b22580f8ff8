"""`grade --only`, `--unit` and `--changed` choose submissions, and say what there is none of."""

import json
from argparse import Namespace

import pytest

from bngrader.cli.judging import selected
from bngrader.cli.main import main
from bngrader.core.errors import GraderError
from bngrader.core.solutions import ROOT
from bngrader.course import submissions
from bngrader.course.course import Course
from bngrader.gradebook.recorded import changed
from bnlab.kit.course import CourseError
from tests.helpers.downloads import laid_out

HANDED_IN = [("ada", "moments"), ("ada", "forward"), ("bo", "moments"), ("Bö ß", "moments")]
SLUGS = {"moments": "02_moments", "forward": "03_forward"}


def files(who, unit, answer=None, words=None):
    """A submission by its path below `submitted`; the module names its learner."""
    notebook = json.loads((ROOT / "exercises" / f"{SLUGS[unit]}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("quiz-"):
            cell["source"] = f"{name.removeprefix('quiz-')} = {answer!r}"
        if name.startswith("written-") and words:
            cell["source"] = words
    return {
        f"{who}/{unit}/{SLUGS[unit]}.ipynb": json.dumps(notebook).encode(),
        f"{who}/{unit}/bnlab/{unit}.py": f"# of {who}\n".encode(),
    }


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setenv("BNGRADER_COURSE", str(tmp_path))
    made = Course(tmp_path)
    for who, unit in HANDED_IN:
        laid_out(made.submitted, files(who, unit))
    return made


def chosen(course, only=(), unit=()):
    found, _ = submissions.find(course.submitted)
    picked = selected(Namespace(only=list(only), unit=list(unit)), course, found)
    return {(each.learner, each.unit) for each in picked}


@pytest.mark.parametrize(
    ("only", "unit", "wanted"),
    [
        ((), (), set(HANDED_IN)),
        (["ada"], (), {("ada", "moments"), ("ada", "forward")}),
        (["ada/"], (), {("ada", "moments"), ("ada", "forward")}),
        (["ada/forward"], (), {("ada", "forward")}),
        (["ada/forward", "bo"], (), {("ada", "forward"), ("bo", "moments")}),
        (["Bö ß/moments"], (), {("Bö ß", "moments")}),
        ((), ["forward"], {("ada", "forward")}),
        (["ada"], ["forward"], {("ada", "forward")}),
    ],
)
def test_only_and_unit_choose_learners_and_their_units(course, only, unit, wanted):
    assert chosen(course, only, unit) == wanted


@pytest.mark.parametrize(
    ("only", "unit", "error", "said"),
    [
        (["adda"], (), GraderError, "handed in nothing; did you mean 'ada'?"),
        (["bo/forward"], (), GraderError, "bo has handed in moments."),
        (["bo/fordward"], (), CourseError, "forward"),
        (["\x1b[31m"], (), GraderError, "handed in nothing"),
    ],
)
def test_what_is_named_and_not_there_is_an_error(course, only, unit, error, said):
    with pytest.raises(error) as raised:
        chosen(course, only, unit)
    assert said in str(raised.value)
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize("words", [["--unit", "audit"], ["--only", "bo", "--unit", "forward"]])
def test_units_that_nobody_has_handed_in_are_said_and_no_table_is_empty(course, capsys, words):
    assert main(["grade", "-j", "1", *words]) == 2
    said = capsys.readouterr()
    assert words[-1] in said.err
    assert said.out == ""


def recorded_as_handed_in(course):
    """Write the graded notebooks and modules of all submissions, as a recording leaves them."""
    for who, unit in HANDED_IN:
        laid_out(course.autograded, files(who, unit))


def names(course):
    found, _ = submissions.find(course.submitted)
    return {(each.learner, each.unit) for each in changed(course, found)}


def test_what_is_as_it_was_recorded_has_not_changed(course):
    assert names(course) == set(HANDED_IN)
    recorded_as_handed_in(course)
    assert names(course) == set()


@pytest.mark.parametrize(
    "new", [{"answer": 4}, {"words": "Because."}, {"module": b"# of ada, again\n"}]
)
def test_a_new_module_answer_or_text_is_a_change_of_one_submission(course, new):
    recorded_as_handed_in(course)
    module = new.pop("module", None)
    laid_out(course.submitted, files("ada", "moments", **new))
    if module:
        (course.submitted / "ada" / "moments" / "bnlab" / "moments.py").write_bytes(module)
    assert names(course) == {("ada", "moments")}


def test_a_graded_notebook_that_cannot_be_read_is_a_change(course):
    recorded_as_handed_in(course)
    (course.autograded / "bo" / "moments" / "02_moments.ipynb").write_text("{")
    assert names(course) == {("bo", "moments")}


def test_with_nothing_changed_grade_says_so_and_judges_nobody(course, capsys, monkeypatch):
    recorded_as_handed_in(course)
    monkeypatch.setattr("bngrader.cli.grade.judged", None)  # it is not called
    assert main(["grade", "--changed"]) == 0
    assert "No submission has changed since it was recorded." in capsys.readouterr().out
