"""The formats that the kit and the grader share."""

import ast
import doctest

import pytest

from bngrader.core.solutions import ROOT
from bnlab.kit import formats
from bnlab.kit.course import CourseError, coded_unit, task, tasks_named, unit


def test_the_examples_of_the_formats_are_true():
    assert doctest.testmod(formats).attempted == 3
    assert doctest.testmod(formats).failed == 0


def test_submission_files_are_a_notebook_and_a_module_if_there_is_one():
    assert formats.submission_files(unit("moments")) == {
        "02_moments.ipynb": formats.MAX_NOTEBOOK_BYTES,
        "bnlab/moments.py": formats.MAX_SOURCE_BYTES,
    }
    assert list(formats.submission_files(unit("why"))) == ["11_why.ipynb"]


def test_the_grader_uses_the_upper_packages_of_the_kit_only_to_build_their_data():
    for path in (ROOT / "bngrader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            upper = isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("bnlab.kit.cli", "bnlab.kit.feedback")
            )
            assert not upper or path.name == "fingerprints.py", path


@pytest.mark.parametrize(
    ("find", "name", "near"),
    [
        (unit, "momnts", "moments"),
        (coded_unit, "plcement", "placement"),
        (task, "batch_moment", "batch_moments"),
        (tasks_named, "standardise", "standardize"),
        (tasks_named, "folder", "folding"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(find, name, near):
    with pytest.raises(CourseError, match=f"'{name}' is .*; did you mean '{near}'"):
        find(name)


def test_an_unknown_name_like_no_other_is_refused_without_a_suggestion():
    with pytest.raises(CourseError) as found:
        unit("x")
    assert "Did you mean" not in str(found.value)
