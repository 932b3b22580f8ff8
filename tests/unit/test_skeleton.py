"""Marks are parsed, and whatever is odd about them is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bngrader.authoring.skeleton import MarkError, strip

SOLVED = '''"""A module."""


def f(x):
    """Doc."""
    # BEGIN SOLUTION
    y = x + 1
    return y
    # END SOLUTION


def g(x):
    # BEGIN SOLUTION
    return 2
    # END SOLUTION
'''

SKELETON = '''"""A module."""


def f(x):
    """Doc."""
    # YOUR CODE HERE
    raise NotImplementedError()


def g(x):
    # YOUR CODE HERE
    raise NotImplementedError()
'''


def test_each_region_becomes_the_stub():
    assert strip(SOLVED) == SKELETON


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    # BEGIN SOLUTION\n    y", "    # begin solution\n    y"),
        ("    # BEGIN SOLUTION\n    y", "    #BEGIN SOLUTION\n    y"),
        ("    # BEGIN SOLUTION\n    y", "    ### BEGIN SOLUTION\n    y"),
        ("    # BEGIN SOLUTION\n    y", "    # BEGIN_SOLUTION\n    y"),
        ("    # BEGIN SOLUTION\n    y = x + 1\n", "    y = x + 1  # BEGIN SOLUTION\n"),
        ("    # END SOLUTION\n\n\ndef g", "\n\ndef g"),
        ("    # BEGIN SOLUTION\n    y", "    y"),
        ("    # END SOLUTION\n\n\ndef g", "  # END SOLUTION\n\n\ndef g"),
        ('    """Doc."""', '    """# BEGIN SOLUTION"""'),
        ("    return y\n", "    # BEGIN SOLUTION\n    return y\n"),
        ("    # END SOLUTION\n\n\ndef g", "    # SOLUTION END\n\n\ndef g"),
    ],
)
def test_odd_marks_are_refused(old, new):
    assert old in SOLVED
    with pytest.raises(MarkError):
        strip(SOLVED.replace(old, new, 1))


def test_a_module_without_marks_is_refused():
    with pytest.raises(MarkError, match="expected at least one region"):
        strip("x = 1\n")


def test_a_skeleton_that_would_not_compile_is_refused():
    broken = "def f():\n    # BEGIN SOLUTION\n    if 1:\n    # END SOLUTION\n        pass\n"
    with pytest.raises(MarkError):
        strip(broken)


@given(st.lists(st.sampled_from(["a = 1", "b = [1,\n    2]", "'''text\n  more'''", "pass"])))
def test_no_line_of_an_answer_survives_and_no_other_line_is_lost(answer):
    body = "\n".join(f"    {line}" for line in [*answer, "secret = 'never seen'"])
    source = f"keep = 1\ndef f():\n    # BEGIN SOLUTION\n{body}\n    # END SOLUTION\nlast = 2\n"
    skeleton = strip(source)
    assert "never seen" not in skeleton
    assert skeleton.startswith("keep = 1\ndef f():\n")
    assert skeleton.endswith("\nlast = 2\n")
