"""The sample class is the same every time, is large enough, and is judged to the last learner."""

import json

import pytest

from bngrader.authoring import sample_class
from bngrader.cli.main import main
from bngrader.course.course import Course
from bnlab.kit.course import coded_units

AGAIN = ("moments", "layer")
"""A unit in NumPy and one in torch."""


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_seed_makes_the_same_class_and_another_seed_another(tmp_path):
    names = sample_class.make_class(tmp_path / "a", seed=1)
    assert sample_class.make_class(tmp_path / "b", seed=1) == names
    sample_class.make_class(tmp_path / "c", seed=2)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_there_are_forty_learners_and_every_unit_with_code_is_handed_in(tmp_path):
    names = sample_class.make_class(tmp_path)
    assert len({name.partition("/")[0] for name in names}) >= 40
    assert {name.partition("/")[2] for name in names} == set(coded_units())


def test_a_folder_with_real_learners_in_it_is_left_alone(tmp_path):
    (tmp_path / "student-4711").mkdir()
    with pytest.raises(ValueError, match="expected an empty folder or the same class"):
        sample_class.make_class(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["student-4711"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A smaller class judged by the command, and two of its units again; the two JSON files."""
    folder = tmp_path_factory.mktemp("class")
    sample_class.make_class(folder / "submitted", per_learner=1)
    for name, chosen in (("one.json", ()), ("two.json", AGAIN)):
        words = ["grade", str(folder / "submitted"), "--force", "--json", str(folder / name)]
        assert main(words + [word for unit in chosen for word in ("--unit", unit)]) == 0
    return folder


def test_the_whole_class_is_judged_and_a_second_time_gives_the_same(graded):
    first, second = (json.loads((graded / name).read_text()) for name in ("one.json", "two.json"))
    assert len(first["learners"]) >= 40
    again = {
        learner: {unit: report for unit, report in of.items() if unit in AGAIN}
        for learner, of in first["learners"].items()
    }
    assert second["learners"] == {learner: of for learner, of in again.items() if of}
    assert len(second["learners"]) >= 5


def test_marks_are_finite_within_bounds_and_spread(graded):
    learners = json.loads((graded / "one.json").read_text())["learners"]
    shares = []
    for units_of_learner in learners.values():
        for report in units_of_learner.values():
            assert 0 <= report["points"] <= report["max_points"]
            shares.append(report["points"] / report["max_points"])
    assert min(shares) == 0
    assert max(shares) == 1
    assert any(0 < share < 1 for share in shares)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    course = Course(tmp_path)
    assert course.secret() == course.secret()
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    (tmp_path / "secret").write_text("short\n")
    with pytest.raises(ValueError, match="expected 64 hexadecimal digits"):
        course.secret()


def test_a_gradebook_that_cannot_be_written_is_said_so_before_anything_is_judged(graded, capsys):
    words = ["grade", str(graded / "submitted"), "--gradebook"]
    assert main(words) == 2
    assert "/submitted, which nbgrader reads. Grade that folder, or" in capsys.readouterr().err
    words += ["--course", str(graded)]
    assert main(words) == 2
    assert "run `bngrader release` first, which makes the assignments." in capsys.readouterr().err
    (graded / "gradebook.db").write_text("junk")
    assert main(words) == 2
    assert "is not a database of nbgrader (DatabaseError)" in capsys.readouterr().err
    assert (graded / "gradebook.db").read_text() == "junk"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["grade", "/nowhere/at/all"],
            "/nowhere/at/all not found, expected a folder with <learner>/<unit>/",
        ),
        (
            ["grade", ".", "--unit", "momentum"],
            "unit 'momentum' is unknown; did you mean 'moments'? Expected one of",
        ),
        (["grade", ".", "--json", "/proc/no/x"], "/proc/no/x cannot be written; choose a file"),
        (["grade", ".", "--shard", "1/2"], "--shard needs --json FILE"),
        (["grade", ".", "--shard", "1/2", "--json", "x", "--gradebook"], "give it to `bngrader m"),
        (
            ["validate-tests", "momentum"],
            "unit 'momentum' is unknown; did you mean 'moments'? Expected one of",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(capsys, words, said):
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
