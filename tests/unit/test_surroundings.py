"""What a check says beside its results: warnings, input, unsaved files, code in the notebook."""

import builtins
import os
import re
import sys
import threading
import time
import types
import warnings

import pytest

from bnlab.kit import torch_import
from bnlab.kit.course import UserError
from bnlab.kit.feedback import book_links, checker, hints
from bnlab.kit.feedback.result_text import Style

print_ = print
PLAIN = "return x.mean(axis=0), x.var(axis=0)"
WIDE = "mean, var = x.mean(axis=0, dtype='f8'), x.var(axis=0, dtype='f8')"
CAREFUL = f"{WIDE}; return mean.astype(x.dtype), var.astype(x.dtype)"


@pytest.fixture
def check_body(tmp_path, monkeypatch):
    """`check` of `batch_moments` with a given body, in this process."""
    import bnlab

    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))

    def check(body):
        text = f"import numpy as np\n\n\ndef batch_moments(x):\n    {body}\n"
        (tmp_path / "moments.py").write_text(text)
        return checker.check("batch_moments")

    return check


def test_a_check_warns_once_with_the_line_of_the_learner_and_never_of_itself(check_body, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = check_body(PLAIN)
        for text in (str(shown), shown._repr_html_().replace("&#x27;", "'")):
            said = f"RuntimeWarning (bnlab/moments.py, line 5, `{PLAIN}`): overflow encountered"
            assert text.count("Warning") == 1
            assert said in " ".join(text.split())
        assert warnings.showwarning.__module__ != "bnlab.kit.feedback.surroundings"
    assert capfd.readouterr() == ("", "")


def test_a_warning_quotes_the_line_as_it_is_saved_now(check_body):
    check_body(PLAIN)
    again = "return np.mean(x, axis=0), np.var(x, axis=0)"
    assert f"line 5, `{again}`" in " ".join(str(check_body(again)).split())


def test_five_properties_that_fail_for_one_reason_are_one_sentence(check_body):
    shown = check_body("return missing")
    for text in (str(shown), shown._repr_html_().replace("&#x27;", "'")):
        assert text.count("name 'missing' is not defined") == 1
        assert text.count("failed") == 6
    assert str(check_body("x.mean(axis=0)")).count("result is None") == 1
    assert str(check_body("return x[0], x[0]")).count("is wrong") > 1


@pytest.mark.parametrize(
    "asking",
    ["input()", "import pdb; pdb.Pdb().set_trace()", "breakpoint()"],
)
def test_code_that_asks_for_input_is_told_that_it_waits(check_body, monkeypatch, capsys, asking):
    def ask(*_):
        raise AssertionError("a person was asked")

    monkeypatch.setattr(builtins, "input", ask)
    begun = time.monotonic()
    shown = str(check_body(f"{asking}; {PLAIN}"))
    assert time.monotonic() - begun < 5
    assert "(line 5): the code waits for input, from input() or a debugger" in shown
    assert builtins.input is ask
    assert capsys.readouterr().out == ""  # no page of the file for each call


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_one_sentence_in_a_check_as_in_grading(
    tmp_path, check_body, encoding
):
    check_body(CAREFUL)
    text = (tmp_path / "moments.py").read_text() + "# f\xfcr\n"
    for cookie in ("", "# coding: latin-1\n" if encoding == "latin-1" else ""):
        (tmp_path / "moments.py").write_bytes((cookie + text).encode(encoding))
        shown = str(checker.check("batch_moments"))
        line = 1 if encoding == "utf-16" else text.count("\n") + bool(cookie)
        said = f"bnlab/moments.py is not UTF-8 (line {line}); save it with the encoding UTF-8"
        assert shown.startswith(f"batch_moments: {said} (file saved at ")
    (tmp_path / "moments.py").write_bytes(text.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    assert checker.check("batch_moments").passed


@pytest.mark.parametrize(
    "body",
    [
        f"raise NotImplementedError()\n    {CAREFUL}",
        "mean = x.mean(axis=0)\n    raise NotImplementedError()\n    return mean",
        "mean = x.mean(axis=0)\n    if True:\n        raise NotImplementedError\n    return mean",
    ],
)
def test_code_beside_the_placeholder_is_told_which_line_to_delete(check_body, body):
    line = 5 + body[: body.index("raise")].count("\n")
    said = f"the task has code, and line {line} still raises NotImplementedError; delete that line"
    shown = check_body(body)
    assert "not written yet" in str(shown)
    assert said in " ".join(str(shown).split())
    assert said in shown._repr_html_()
    for untouched in (
        "raise NotImplementedError()",
        '"""Text."""\n    raise NotImplementedError()',
    ):
        assert "delete that line" not in str(check_body(untouched))
    assert "delete that line" not in str(check_body("return 2"))


def test_a_wrong_name_in_a_notebook_is_one_sentence_without_a_traceback():
    with pytest.raises(UserError) as error:
        checker.check("Batch_Moments")
    (line,) = error.value._render_traceback_()
    assert line.startswith("'Batch_Moments' is neither a unit nor a task; did you mean")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            "x -= (mean := x.mean(axis=0)); return mean, (x**2).mean(axis=0)",
            "half_squares in_place",
        ),
        ("return x.mean(axis=0).tolist(), x.var(axis=0).tolist()", "list_returned narrow_variance"),
        ("return x.mean(axis=0)", "array_for_a_tuple"),
    ],
)
def test_the_mistake_of_the_first_failed_property_is_named_first(check_body, body, names):
    (task,) = check_body(body).tasks
    assert [each.name for each in task.hints] == names.split()


def test_the_table_of_differences_is_shown_only_if_values_differ(check_body):
    wide = f"{WIDE}; return mean, var"
    assert "has dtype float64, expected float32" in check_body(wide)._repr_html_()
    assert "|yours - expected|" not in check_body(wide)._repr_html_()
    for body in (
        PLAIN,
        "return x.mean(axis=0), x.var(axis=0, ddof=1)",
        "return x[0], x[0] * np.nan",
    ):
        assert "|yours - expected|" in check_body(body)._repr_html_()


def test_a_check_says_when_the_file_was_saved(check_body, tmp_path):
    shown = str(check_body("raise NotImplementedError()"))
    assert re.search(r"not written yet in bnlab/moments\.py \(file saved at \d\d:\d\d\)", shown)
    assert "saved at" in str(check_body("return ("))
    assert "saved at" in str(check_body(PLAIN))
    assert "saved at" not in str(check_body(CAREFUL))
    (tmp_path / "moments.py").write_text("")
    os.utime(tmp_path / "moments.py", (0, 86_400 * 365))
    assert "(file saved at 1971-01-01" in str(checker.check("batch_moments"))


def test_a_check_finds_the_function_that_was_written_in_the_notebook(check_body, monkeypatch):
    def batch_moments(x): ...

    batch_moments.__module__ = "__main__"
    shell = types.SimpleNamespace(user_ns={"batch_moments": batch_moments})
    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    said = "this notebook has a batch_moments of its own, which is not checked; move it to"
    for body in ("raise NotImplementedError()", PLAIN):
        assert said in " ".join(str(check_body(body)).split())
        assert said in check_body(body)._repr_html_()
    assert said not in check_body(CAREFUL)._repr_html_()
    shell.user_ns["batch_moments"] = np_like = types.FunctionType(batch_moments.__code__, {})
    np_like.__module__ = "bnlab.moments"
    assert said not in check_body(PLAIN)._repr_html_()


@pytest.mark.parametrize("width", [50, 80, 200])
def test_a_terminal_of_any_width_shows_whole_addresses(check_body, monkeypatch, tmp_path, width):
    monkeypatch.setattr(book_links, "home", lambda: tmp_path)
    monkeypatch.delenv("BNLAB_BOOK", raising=False)
    page = tmp_path / "book" / "book" / "02_moments.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    lines = check_body(PLAIN).text(Style(width)).splitlines()
    (address,) = (line.strip().rpartition(" ")[2] for line in lines if "02_moments" in line)
    assert address == f"{page.as_uri()}#moments-precision"
    assert all(len(line) <= min(width, 100) for line in lines if "file://" not in line)


def test_color_marks_what_passed_and_what_failed(check_body):
    shown = check_body(PLAIN)
    assert "\033[31mfailed\033[0m" in shown.text(Style(80, color=True))
    assert "\033[32mpassed\033[0m" in shown.text(Style(80, color=True))
    assert "\033" not in shown.text(Style(80)) + str(shown)


def test_hints_go_on_in_a_folder_that_cannot_be_written(monkeypatch):
    monkeypatch.setattr(hints, "read_notes", dict)
    monkeypatch.setattr(hints, "write_notes", lambda notes: False)
    shown = hints.hint("batch_moments")
    assert 'call hint("batch_moments", step=2), or' in " ".join(str(shown).split())
    assert "step=3" in str(hints.hint("batch_moments", step=2))
    assert "last hint" in str(hints.hint("batch_moments", step=3))


@pytest.mark.parametrize("where", ["notebook", "terminal", "file"])
def test_whoever_waits_for_torch_is_told_and_a_file_is_not(monkeypatch, capsys, where):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    if where == "notebook":
        monkeypatch.setattr(builtins, "get_ipython", lambda: None, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: where == "terminal", raising=False)
    printed = threading.Event()
    monkeypatch.setattr(builtins, "print", lambda *a, **k: (print_(*a, **k), printed.set()))
    with torch_import.announcing_torch(0.01):
        printed.wait(0.1 if where == "file" else 30)
    with torch_import.announcing_torch(600):
        pass  # quick: nothing is said
    out, err = capsys.readouterr()
    said = f"{torch_import.NOTICE}\n"
    expected = {"notebook": (said, ""), "terminal": ("", said), "file": ("", "")}
    assert (out, err) == expected[where]
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    with torch_import.announcing_torch(0):
        printed.wait(0.05)
    assert capsys.readouterr() == ("", "")
