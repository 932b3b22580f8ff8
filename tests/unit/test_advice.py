"""What a check says of failures that no known mistake explains, and how often it says it."""

import re

import pytest

from bnlab.kit.course import UserError
from bnlab.kit.feedback import checker
from bnlab.kit.feedback.hints import hint

PAIR = "return mean.astype(x.dtype), var.astype(x.dtype)"
NARROW = f"x32 = x.astype(np.float32); mean, var = x32.mean(axis=0), x32.var(axis=0); {PAIR}"
LINED_UP = "return weight * (x - mean) / torch.sqrt(var + eps) + bias"
BY_HAND = "mean = x.mean(dim=(0, 2, 3)); return mean, ((x - mean) ** 2).mean(dim=(0, 2, 3))"


@pytest.fixture
def check_body(tmp_path, monkeypatch):
    """`check` of a function with a given body, in this process; gives its text and its HTML."""
    import bnlab

    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))

    def check(body, signature="batch_moments(x)", unit="moments", library="numpy as np"):
        text = f"import {library}\n\n\ndef {signature}:\n    {body}\n"
        (tmp_path / f"{unit}.py").write_text(text)
        shown = checker.check(signature.partition("(")[0])
        return " ".join(str(shown).split()), shown._repr_html_()

    return check


def test_most_properties_that_fail_for_one_reason_are_one_sentence(check_body):
    signature = "batch_norm_2d(x, weight, bias, eps=1e-5)"
    moments = "mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), correction=0)"
    shown = check_body(f"{moments}; {LINED_UP}", signature, "channels", "torch")
    for text in shown:
        assert re.search(
            r"7 of the \d that fail have one reason: RuntimeError \(line 5\): The", text
        )
        assert text.count("RuntimeError") == 1
        assert "is wrong: " in text
        assert "You combine tensors of shape (C,) with images (N, C, H, W) as they are." in text
        assert "Broadcasting lines shapes up" not in text  # the mistake explains itself


def test_an_array_of_any_shape_where_a_tuple_is_expected_is_one_reason(check_body):
    signature = "batch_norm(x, weight, bias, eps=1e-5)"
    for text in check_body("return (x - x.mean(axis=0)) * weight + bias", signature, "forward"):
        assert "All that fail have one reason: result is a NumPy array of shape (6, 4)" in text
        assert text.count("expected (y, cache)") == 1


def test_shapes_that_do_not_fit_are_named_by_their_axis_beside_a_wrong_variance(check_body):
    signature = "batch_norm_2d(x, weight, bias, eps=1e-5)"
    moments = "mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3))"
    text, _ = check_body(f"{moments}; {LINED_UP}", signature, "channels", "torch")
    assert "You combine tensors of shape (C,) with images (N, C, H, W) as they are." in text
    assert "kept axes of length 1" not in text  # which fail at another axis


def test_shapes_that_do_not_fit_are_explained(check_body):
    for text in check_body(BY_HAND, "channel_moments(x)", "channels", "torch"):
        assert text.count("RuntimeError") == 1
        assert "All that fail have one reason: RuntimeError (line 5): The size of tensor" in text
        assert "a tensor of shape (C,) meets the width of images (N, C, H, W)" in text
        assert "05_channels.html#channels-axes" in text
    for text in check_body("return x.mean(axis=0), ((x - x.mean(axis=1)) ** 2).mean(axis=0)"):
        assert "(D,) fits (N, D), and (N,) does not" in text
    assert "<code>mean[:, None, None]</code>" in check_body(
        BY_HAND, "channel_moments(x)", "channels", "torch"
    )[1]  # fmt: skip


def test_float32_inside_a_float64_task_is_named(check_body):
    said = "Your float64 results have the digits of float32. House rule 1: compute in the dtype"
    for text in check_body(NARROW):
        assert said in text
        assert "how_to.html#house-rules" in text
    for body in ("return x[0], x[0]", "return x.mean(axis=0), x.var(axis=0, ddof=1)"):
        assert said not in check_body(body)[0]


def test_a_check_of_a_file_that_has_not_changed_says_so_until_it_passes(check_body):
    said = "moments.py is the same as at the last check; if you have changed it, save it"
    wrong = "return x[0], x[0]"
    assert said not in check_body(wrong)[0]
    for text in check_body(wrong):
        assert said in text
    assert said not in check_body("return x[0], x[1]")[0]
    right = f"mean, var = x.mean(axis=0, dtype='f8'), x.var(axis=0, dtype='f8'); {PAIR}"
    assert said not in check_body(right)[0]
    assert said not in check_body(right)[0]


def test_a_name_without_quotes_is_one_sentence():
    def batch_moments(x):
        return x

    said = 'the name of a task or unit stands in quotes, as in "batch_moments".'
    for call in (checker.check, hint):
        for given in (batch_moments, 3):
            with pytest.raises(UserError) as error:
                call(given)
            assert error.value._render_traceback_() == [said]


def test_code_that_does_not_end_is_told_its_line(check_body, monkeypatch):
    monkeypatch.setattr(checker, "CHECK_TIMEOUT_S", 0.2)
    text, html = check_body("n = 0\n    while True:\n        n += 1")
    for said in (text, html):
        assert "did not end within 0.2 s (a loop without an end?); it was at line " in said
        assert any(f"at line {line}" in said for line in (6, 7))
