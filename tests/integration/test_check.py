"""`check` on a learner's copy of the course, for each state that a file can be in."""

import importlib.metadata
import os
import re
import subprocess
import sys
import time

import pytest

from bngrader.core import solutions
from bnlab.kit.course import coded_units, unit
from bnlab.kit.feedback import checker, module_loader
from tests.helpers.learner import bnlab, unpack

# Mistakes divide by zero, and accepted solutions use deprecated functions of NumPy.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def copy(tmp_path):
    """A fresh handout, and a function that runs `bnlab` in it."""
    folder = unpack(tmp_path / "Übung 1 with a space")
    return folder, lambda *words: bnlab(folder, *words)


def test_check_says_of_a_fresh_copy_that_nothing_is_written_yet(copy):
    done = copy[1]("check", "moments")
    assert done.returncode == 1
    said = r"batch_moments: not written yet in bnlab/moments\.py \(file saved at [-\d: ]+\); "
    more = "for a hint, run `bnlab hint batch_moments`\n"
    assert re.match(said + more, done.stdout), done.stdout
    assert done.stderr == ""


def test_check_of_a_fresh_copy_says_once_how_to_get_a_hint(copy):
    done = copy[1]("check")
    assert done.stdout.count("not written yet") > 20
    assert done.stdout.count("for a hint") == 0
    assert done.stdout.endswith("\nFor a hint, run `bnlab hint TASK`.\n")


def test_status_shows_which_tasks_are_done_and_which_are_open(copy):
    folder, bnlab = copy
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    done = bnlab("status")
    assert done.returncode == 0, done.stderr
    assert "batch_moments              done" in done.stdout
    assert "standardize                open" in done.stdout
    assert "2 of " in done.stdout


def test_check_suggests_a_name_for_an_unknown_one(copy):
    for name, near in (("momnts", "moments"), ("batch_moment", "batch_moments")):
        done = copy[1]("check", name)
        assert done.returncode == 2
        said = f"bnlab check: {name!r} is neither a unit nor a task; did you mean {near!r}? "
        assert done.stderr.startswith(said)
        assert done.stderr.count("\n") == 1


def test_help_shows_examples(copy):
    done = copy[1]("--help")
    assert done.returncode == 0
    assert "bnlab check batch_moments" in done.stdout


def test_version_is_that_of_the_installed_package(copy):
    done = copy[1]("--version")
    assert done.returncode == 0
    assert done.stdout == f"bnlab {importlib.metadata.version('bngrader')}\n"


def test_debug_shows_the_traceback_of_an_error_of_the_user(copy):
    done = copy[1]("--debug", "check", "momnts")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("bnlab check: ")


def test_an_internal_error_says_how_to_report_it(copy):
    folder, bnlab = copy
    (folder / "bnlab/kit/feedback/hints.toml").write_text("[hints]\n")
    done = bnlab("hint", "normalize")
    assert done.returncode == 70
    assert done.stderr == (
        "bnlab hint: internal error, KeyError: 'normalize'\n"
        "Please run `bnlab --debug hint normalize` and send the output to your teacher.\n"
    )
    debugged = bnlab("--debug", "hint", "normalize")
    assert debugged.returncode == 70
    assert "Traceback" in debugged.stderr


@pytest.fixture
def check_source(tmp_path, monkeypatch):
    """`check` on a module with a given text, in this process."""
    import bnlab

    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))

    def check(name, source):
        path = tmp_path / f"{name}.py"
        path.unlink(missing_ok=True)
        if source is not None:
            path.write_text(source)
        return checker.check(name)

    return check


@pytest.mark.parametrize("name", list(coded_units()))
def test_the_reference_passes_every_public_check(check_source, name):
    result = check_source(name, solutions.solved(name))
    assert result.passed, result


@pytest.mark.parametrize("name", list(coded_units()))
def test_accepted_solutions_pass_every_public_check(check_source, name):
    for each in solutions.accepted(name):
        result = check_source(name, each.source)
        assert result.passed, f"{each.name}\n{result}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "bnlab/moments.py is missing; `bnlab update batch-norm-lab.zip` restores it"),
        (
            "x = (\n",
            "bnlab/moments.py cannot be imported: SyntaxError, line 1: '(' was never closed",
        ),
        ("import nothing_like_it\n", "ModuleNotFoundError, line 1: No module named"),
        ("\0", "cannot be imported"),
        ("def batch_moments(x):\n    return x.average()\n", "AttributeError (line 2): "),
        ("", "bnlab/moments.py has no batch_moments; was it renamed?"),
        (
            "def batch_moment(x): ...\n",
            "has no batch_moments; it has batch_moment, was it renamed?",
        ),
        ("raise SystemExit\n", "cannot be imported: SystemExit, line 1"),
        ("def batch_moments(x):\n    exit()\n", "SystemExit (line 2): the code ends Python"),
        ("import os\nos._exit(0)\n", "cannot be imported: SystemExit, line 2"),
        (
            "from os import abort\ndef batch_moments(x):\n    abort()\n",
            "SystemExit (line 3): the code",
        ),
        ("from scaling import standardize\n", "; write `from .scaling import ...`, with a dot"),
        ("def batch_moments(x):\n    yield x\n", "result is a generator, expected (mean, var)."),
        ("def batch_moments(x):\n    return x.mean(0)\n", "result is a NumPy array of shape"),
    ],
)
def test_check_reports_a_broken_file_in_one_sentence(check_source, source, said):
    text = str(check_source("moments", source))
    assert said in text
    assert "Traceback" not in text


EARLIER = """
from __future__ import annotations
from .moments import batch_moments
import bnlab.scaling as first


def batch_norm(x, weight, bias, eps=1e-5):
    return _normalized(x, weight, bias, eps)


def _normalized(x, weight, bias, eps):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    mean, var = batch_moments(wide)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (wide - mean) * rstd
    return (xhat * weight + bias).astype(x.dtype), (xhat, np.array(weight), rstd)


def identity_parameters(mean, var, eps=1e-5):
    assert first.standardize
    return np.sqrt(var + eps), mean
"""


@pytest.fixture
def check_forward(check_source, tmp_path):
    """`check` of a `forward.py` that imports `moments.py` with a given text."""

    def check(moments, forward=EARLIER, name="forward"):
        check_source("moments", moments)
        (tmp_path / "scaling.py").write_text(solutions.solved("scaling"))
        return check_source(name, "import numpy as np\n" + forward.replace(FUTURE, ""))

    return check


FUTURE = "from __future__ import annotations\n"


def test_a_module_may_import_the_learners_own_earlier_units(check_forward):
    assert check_forward(solutions.solved("moments")).passed


def test_check_names_the_earlier_task_that_is_wrong_where_it_is_used(check_forward):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    result = check_forward(mistake.source)
    first, second = result.tasks
    said = "it uses batch_moments of bnlab/moments.py, which is not right yet"
    assert not first.passed
    assert first.earlier[0].startswith(said)
    assert said in str(result)
    assert said in result._repr_html_()
    assert second.passed
    assert second.earlier == ()


def test_check_names_the_earlier_task_that_is_not_written(check_forward):
    skeleton = (solutions.ROOT / "bnlab" / "moments.py").read_text("utf-8")
    said = str(check_forward(skeleton))
    reason = "it uses batch_moments of bnlab/moments.py, which is not written yet"
    assert f"batch_norm: {reason}" in said
    assert said.count(reason) == 1


def test_check_names_the_earlier_task_of_the_same_unit_that_is_wrong(check_source):
    mistake = next(m for m in solutions.mistakes("sync") if m.name == "within_only")
    first, second = check_source("sync", mistake.source).tasks
    assert first.earlier == ()
    assert second.earlier[0].startswith(
        "it uses merge_moments of bnlab/sync.py, which is not right"
    )
    alone = "\n\ndef sync_batch_norm(shards, weight, bias, eps=1e-5):\n    return shards\n"
    assert check_source("sync", mistake.source + alone).tasks[1].earlier == ()


def test_check_names_the_earlier_file_that_does_not_load(check_forward):
    said = str(check_forward("x = (\n"))
    assert (
        "bnlab/forward.py cannot be imported, because bnlab/moments.py cannot be imported: "
        "SyntaxError, line 1"
    ) in said


@pytest.mark.parametrize("name", ["layer", "backward", "nothing"])
def test_check_refuses_the_import_of_another_unit_than_an_earlier_one(check_forward, name):
    said = str(check_forward(solutions.solved("moments"), f"from . import {name}\n"))
    assert "bnlab/forward.py may import the units before it only (scaling, moments); " in said
    assert f"{name} is not one of them" in said


@pytest.mark.parametrize(
    "text", ["import torch", "from scipy.stats import zscore", "import os, jax"]
)
@pytest.mark.parametrize("where", ["", "def helper():\n    "])
def test_check_refuses_another_library_in_a_unit_written_in_numpy(check_source, text, where):
    library = text.replace(",", " ").replace(".", " ").split()[-1 if "jax" in text else 1]
    result = check_source("scaling", f"{solutions.solved('scaling')}\n\n{where}{text}\n")
    assert not result.passed
    if library != "jax" or where:  # jax is not installed here
        said = f"bnlab/scaling.py imports {library} (line"
        assert said in str(result)
        assert "which grading does not have: this unit is written in NumPy" in str(result)


@pytest.mark.parametrize(
    "text",
    [
        "from bnlab.kit.testing.central_differences import slopes",
        "from .kit.checks import scaling as checks",
        "from bnlab.kit import diagnosis",
        "import bnlab.kit.feedback.checker as checker",
    ],
)
def test_check_refuses_what_belongs_to_the_checks(check_source, text):
    result = check_source("scaling", f"{solutions.solved('scaling')}\n\n{text}\n")
    assert not result.passed
    assert "which grading does not have: it belongs to the checks" in str(result)


@pytest.mark.parametrize("text", ["from bnlab.kit import check, hint", "from .kit import chapter"])
def test_check_and_grading_accept_what_the_kit_offers(check_source, text):
    assert check_source("scaling", f"{solutions.solved('scaling')}\n\n{text}\n").passed


def test_check_leaves_the_modules_of_the_notebook_as_they_were(check_forward):
    before = {name: each for name, each in sys.modules.items() if name.startswith("bnlab.")}
    finders = list(sys.meta_path)
    assert check_forward(solutions.solved("moments")).passed
    assert {n: each for n, each in sys.modules.items() if n in before} == before
    assert "bnlab.moments" not in sys.modules.keys() - before.keys()
    assert sys.meta_path == finders


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace('"""', '"""Größe. ', 1).encode(),
    ],
    ids=["Windows line ends", "a byte order mark", "umlauts"],
)
def test_check_reads_a_file_as_any_editor_saves_it(check_source, tmp_path, saved):
    check_source("moments", "")
    (tmp_path / "moments.py").write_bytes(saved(solutions.solved("moments")))
    assert checker.check("moments").passed


def test_check_reports_another_encoding_in_one_sentence(check_source, tmp_path):
    check_source("moments", "")
    (tmp_path / "moments.py").write_bytes("x = 'Größe'\n".encode("latin-1"))
    assert "bnlab/moments.py is not UTF-8 (line 1); save it with" in str(checker.check("moments"))


ENDLESS = (
    "while True:\n    pass\n",
    "while True:\n    try:\n        x = 1\n    except Exception:\n        pass\n",
    "while True:\n    try:\n        x = 1\n    except:\n        break\nwhile True:\n    pass\n",
)


@pytest.mark.parametrize("source", ENDLESS)
def test_check_ends_a_loop_without_an_end_at_import(check_source, monkeypatch, source):
    monkeypatch.setattr(module_loader, "LOAD_TIMEOUT_S", 0.3)
    said = str(check_source("moments", source))
    assert "bnlab/moments.py did not end within 0.3 s (a loop without an end?)" in said
    monkeypatch.undo()


def test_check_ends_a_loop_without_an_end_and_checks_the_other_tasks(check_source, monkeypatch):
    monkeypatch.setattr(checker, "CHECK_TIMEOUT_S", 0.5)
    source = (
        solutions.solved("moments") + "\n\ndef batch_moments(x):\n    while True:\n        pass\n"
    )
    first, second = check_source("moments", source).tasks
    said = "did not end within 0.5 s (a loop without an end?); it was at line "
    last = source.count("\n")
    assert first.problem in (f"{said}{last - 1}", f"{said}{last}")

    assert second.passed


def test_check_cuts_long_output(check_source, capsys):
    flood = "\n\nprint('x' * 100_000)\n"
    assert check_source("moments", solutions.solved("moments") + flood).passed
    printed = capsys.readouterr().out
    assert len(printed) < 2200
    assert "more characters; is there a print in a loop?" in printed


def test_check_points_to_the_hints_if_it_recognises_no_mistake(check_source):
    way = "For a hint, run `bnlab hint batch_moments`."
    call = "For a hint, call <code>hint(&quot;batch_moments&quot;)</code>."
    wrong = check_source("moments", "def batch_moments(x):\n    return 3 * x[0], x[0] ** 2\n")
    assert way in str(wrong)
    assert call in wrong._repr_html_()
    named = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    for source in (named.source, solutions.solved("moments")):
        assert way not in str(check_source("moments", source))


def test_check_of_the_audit_does_not_import_unneeded_parts_of_torch(copy):
    folder, _ = copy
    (folder / "bnlab" / "audit.py").write_text(solutions.solved("audit"))
    code = (
        "import sys; from bnlab.kit import check; result = check('audit')\n"
        "sys.exit(not result.passed or 'sympy' in sys.modules"
        " or 'torch.distributed.tensor' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}
    )
    assert done.returncode == 0


def test_check_links_to_the_book_at_an_address(check_source, monkeypatch, tmp_path):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    page = mistake.page
    assert "<a " not in check_source("moments", mistake.source)._repr_html_()
    monkeypatch.setenv("BNLAB_BOOK", "https://example.org/book/")
    link = f'<a href="https://example.org/book/{page}">{page}</a>'
    assert link in check_source("moments", mistake.source)._repr_html_()
    monkeypatch.setenv("BNLAB_BOOK", "javascript:alert(1)")
    assert "javascript" not in check_source("moments", mistake.source)._repr_html_()


def test_check_fails_code_that_stops_on_a_gpu_and_notes_code_that_waits_there(check_source):
    solved = solutions.solved("layer")
    mistake = next(m for m in solutions.mistakes("layer") if m.name == "constant_on_the_cpu")
    said = str(check_source("layer", mistake.source))
    assert "would stop at line" in said
    assert mistake.hint in " ".join(said.split())
    waits = "        if mean.mean().item() > 1e9:\n            print('large')\n"
    begin = "        self.num_batches_tracked.add_(1)\n"
    assert begin in solved
    result = check_source("layer", solved.replace(begin, waits + begin))
    assert result.passed
    assert "reads a value, and on a GPU the program waits there" in str(result)
    assert "reads a value" not in str(check_source("layer", solved))


def test_a_property_waits_for_a_result_that_is_wrong(check_source):
    mistake = {each.name: each for each in solutions.mistakes("moments")}["unbiased_variance"]
    said = repr(check_source("moments", mistake.source))
    assert "  waits   x is the same after the call, and its dtype is that of the results\n" in said
    assert "          waits for: var of float32\n" in said
    in_place = "\n\ndef batch_moments(x):\n    x += 1.0\n    return x.mean(0) - 1.0, x.var(0)\n"
    said = repr(check_source("moments", solutions.solved("moments") + in_place))
    assert "  failed  x is the same after the call" in said
    assert "          x after the call is wrong" in said


def test_a_property_that_waits_for_nothing_else_has_failed(check_source):
    by_order = """


def batch_moments(x):
    mean, var = x.mean(0, dtype=float).astype(x.dtype), x.var(0, dtype=float).astype(x.dtype)
    return mean, var if x.flags.c_contiguous else var + 1
"""
    said = repr(check_source("moments", solutions.solved("moments") + by_order))
    assert "5 of 6 properties hold" in said
    assert "  failed  x is the same after the call" in said
    assert "          var of " in said


def test_the_line_of_the_gradient_must_equal_the_steps_which_it_waits_for(check_source):
    solved = solutions.solved("backward")
    equal = "dx equals the last step of your backward_steps"
    none_yet = "\n\ndef backward_steps(dy, cache):\n    return None\n"
    said = repr(check_source("backward", solved + none_yet))
    line = said[said.index("batch_norm_backward: 8 of 9 properties hold") :]
    assert f"  failed  {equal}\n" in line
    assert "          dx of backward_steps is None, expected a NumPy array.\n" in line
    wrong = next(m for m in solutions.mistakes("backward") if m.name == "no_mean_path")
    said = repr(check_source("backward", wrong.source))
    assert f"  failed  {equal}\n          dx is wrong" in said
    both = repr(check_source("backward", wrong.source + none_yet))
    assert f"  waits   {equal}\n          waits for: dx of backward_steps\n" in both


def test_check_names_the_house_rule_where_it_recognises_no_mistake(check_source):
    wider = """


def batch_norm(x, weight, bias, eps=1e-5):
    weight += 0
    x = x.astype(np.float32)
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
"""
    result = check_source("forward", solutions.solved("forward") + wider)
    assert result.tasks[0].hints == ()
    for said in (" ".join(str(result).split()), result._repr_html_()):
        assert "House rule 1: a result has the dtype of the batch" in said
        assert "how_to.html#house-rules" in said
    named = next(m for m in solutions.mistakes("moments") if m.name == "half_returned_wide")
    assert "House rule" not in str(check_source("moments", named.source))
    assert "### House rules" in (solutions.ROOT / "book" / "how_to.md").read_text("utf-8")


def test_check_reads_the_file_each_time(check_source):
    assert not check_source("moments", "x = (\n").passed
    assert check_source("moments", solutions.solved("moments")).passed
    assert not check_source("moments", solutions.mistakes("moments")[0].source).passed


def test_check_recognises_a_known_mistake(check_source):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    text = str(check_source("moments", mistake.source))
    assert f"This looks like a known mistake. {mistake.hint}" in " ".join(text.split())


def test_the_example_in_the_readme_is_what_check_says(check_source):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    said = str(check_source("moments", mistake.source)).splitlines()
    of_task = said[: next(i for i, line in enumerate(said) if line.startswith("normalize"))]
    text = re.sub(r"saved at [-\d: ]+", "saved at 06:24", "\n".join(of_task))
    assert text in (solutions.ROOT / "README.md").read_text("utf-8")


def test_check_sees_most_mistakes_and_names_most_of_those(check_source):
    seen = named = total = 0
    for name in coded_units():
        for mistake in solutions.mistakes(name):
            result = check_source(name, mistake.source)
            total += 1
            seen += not result.passed
            named += any(mistake.hint == hint.hint for task in result.tasks for hint in task.hints)
    print(f"{total} mistakes: public checks see {seen} and name {named}")
    assert seen >= 0.8 * total
    assert named >= 0.8 * seen


def test_the_html_of_a_check_has_words_for_marks_and_escapes_learners_text(check_source):
    source = "def batch_moments(x):\n    raise ValueError('<script>alert(1)</script>')\n"
    page = check_source("moments", source)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "failed" in page
    wrong = check_source("moments", solutions.mistakes("moments")[0].source)._repr_html_()
    assert "|yours - expected|" in wrong


@pytest.mark.parametrize("name", list(coded_units()))
def test_a_warm_check_is_fast(check_source, name):
    check_source(name, solutions.solved(name))
    times = []
    for _ in range(5):
        begun = time.process_time()
        check_source(name, solutions.solved(name))
        times.append(time.process_time() - begun)
    assert sorted(times)[2] < (0.1 if unit(name).library == "numpy" else 0.3)
