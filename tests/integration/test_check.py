"""A learner's copy of the course: what `check` says of each state that a file can be in."""

import os
import subprocess
import sys
import time

import pytest

from bngrader.core import solutions
from bnlab.kit.course import coded_units, unit
from bnlab.kit.feedback import checker
from tests.helpers.learner import bnlab, unpack

# Mistakes divide by zero, and alternatives use what NumPy deprecates: both are the learner's.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def copy(tmp_path):
    """A fresh handout, and a function that runs `bnlab` in it."""
    folder = unpack(tmp_path / "Übung 1 with a space")
    return folder, lambda *words: bnlab(folder, *words)


def test_a_fresh_copy_says_that_it_is_the_learners_turn(copy):
    done = copy[1]("check", "moments")
    assert done.returncode == 1
    assert "batch_moments: not written yet: it is your turn, in bnlab/moments.py" in done.stdout
    assert done.stderr == ""


def test_status_shows_what_is_done_and_what_is_open(copy):
    folder, bnlab = copy
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    done = bnlab("status")
    assert done.returncode == 0, done.stderr
    assert "batch_moments              done" in done.stdout
    assert "standardize                open" in done.stdout
    assert "2 of " in done.stdout


def test_an_unknown_name_is_refused_with_the_known_ones(copy):
    done = copy[1]("check", "momentum")
    assert done.returncode == 2
    assert "name is 'momentum', expected one of min_max_scale" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_teaches(copy):
    done = copy[1]("--help")
    assert done.returncode == 0
    assert "bnlab check batch_moments" in done.stdout


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
def test_the_solved_module_passes_every_public_check(check_source, name):
    result = check_source(name, solutions.solved(name))
    assert result.passed, result


@pytest.mark.parametrize("name", list(coded_units()))
def test_alternatives_pass_every_public_check(check_source, name):
    for each in solutions.accepted(name):
        result = check_source(name, each.source)
        assert result.passed, f"{each.name}\n{result}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "bnlab/moments.py is missing; put the file back where it was"),
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
        ("def batch_moments(x):\n    exit()\n", "SystemExit (line 2)"),
        ("def batch_moments(x):\n    return x.mean(0)\n", "result is a NumPy array of shape"),
    ],
)
def test_each_broken_state_has_one_clear_sentence(check_source, source, said):
    text = str(check_source("moments", source))
    assert said in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace('"""', '"""Größe. ', 1).encode(),
    ],
    ids=["Windows line ends", "a byte order mark", "umlauts"],
)
def test_a_file_is_read_as_any_editor_saves_it(check_source, tmp_path, saved):
    check_source("moments", "")
    (tmp_path / "moments.py").write_bytes(saved(solutions.solved("moments")))
    assert checker.check("moments").passed


def test_a_file_in_another_encoding_is_one_sentence(check_source, tmp_path):
    check_source("moments", "")
    (tmp_path / "moments.py").write_bytes("x = 'Größe'\n".encode("latin-1"))
    assert "bnlab/moments.py cannot be imported: SyntaxError" in str(checker.check("moments"))


ENDLESS = (
    "while True:\n    pass\n",
    "while True:\n    try:\n        x = 1\n    except Exception:\n        pass\n",
    "while True:\n    try:\n        x = 1\n    except:\n        break\nwhile True:\n    pass\n",
)


@pytest.mark.parametrize("source", ENDLESS)
def test_a_loop_without_an_end_is_ended_at_import(check_source, monkeypatch, source):
    monkeypatch.setattr(checker, "CHECK_TIMEOUT_S", 0.3)
    said = str(check_source("moments", source))
    assert "bnlab/moments.py did not end within 0.3 s (a loop without an end?)" in said
    monkeypatch.undo()


def test_a_loop_without_an_end_in_one_task_leaves_the_other_its_check(check_source, monkeypatch):
    monkeypatch.setattr(checker, "CHECK_TIMEOUT_S", 0.5)
    source = (
        solutions.solved("moments") + "\n\ndef batch_moments(x):\n    while True:\n        pass\n"
    )
    first, second = check_source("moments", source).tasks
    assert first.problem == "batch_moments did not end within 0.5 s (a loop without an end?)"
    assert second.passed


def test_prints_without_number_are_cut_short(check_source, capsys):
    flood = "\n\nprint('x' * 100_000)\n"
    assert check_source("moments", solutions.solved("moments") + flood).passed
    printed = capsys.readouterr().out
    assert len(printed) < 2200
    assert "characters more; is there a print in a loop?" in printed


def test_a_mistake_without_a_name_leads_to_the_hints_and_a_right_answer_does_not(check_source):
    way = 'hint("batch_moments") gives a step.'
    wrong = check_source("moments", "def batch_moments(x):\n    return x, x\n")
    assert way in str(wrong)
    assert way.replace('"', "&quot;") in wrong._repr_html_()
    named = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    for source in (named.source, solutions.solved("moments")):
        assert way not in str(check_source("moments", source))


def test_the_audit_is_checked_without_the_half_of_torch_that_it_does_not_need(copy):
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


def test_a_book_beside_the_package_or_at_an_address_is_linked(check_source, monkeypatch, tmp_path):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    page = mistake.page
    assert "<a " not in check_source("moments", mistake.source)._repr_html_()
    monkeypatch.setenv("BNLAB_BOOK", "https://example.org/book/")
    link = f'<a href="https://example.org/book/{page}">{page}</a>'
    assert link in check_source("moments", mistake.source)._repr_html_()
    monkeypatch.setenv("BNLAB_BOOK", "javascript:alert(1)")
    assert "javascript" not in check_source("moments", mistake.source)._repr_html_()


def test_what_would_stop_on_a_gpu_is_said_and_what_would_wait_costs_nothing(check_source):
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


def test_what_cannot_be_asked_for_yet_waits_for_what_is_wrong(check_source):
    mistake = {each.name: each for each in solutions.mistakes("moments")}["unbiased_variance"]
    said = repr(check_source("moments", mistake.source))
    assert "  waits   x is the same after the call\n          until var is right.\n" in said
    in_place = "\n\ndef batch_moments(x):\n    x += 1.0\n    return x.mean(0) - 1.0, x.var(0)\n"
    said = repr(check_source("moments", solutions.solved("moments") + in_place))
    assert "  failed  x is the same after the call\n          x after the call is wrong" in said


def test_a_property_that_is_alone_in_the_way_of_itself_has_failed(check_source):
    once = """

seen = []


def batch_moments(x):
    seen.append(1)
    return x.mean(0, dtype=float).astype(x.dtype), x.var(0, dtype=float).astype(x.dtype) + (
        len(seen) == 5
    )
"""
    said = repr(check_source("moments", solutions.solved("moments") + once))
    assert "4 of 5 properties hold" in said
    assert "  failed  x is the same after the call\n          var " in said


def test_the_file_is_read_anew_each_time(check_source):
    assert not check_source("moments", "x = (\n").passed
    assert check_source("moments", solutions.solved("moments")).passed
    assert not check_source("moments", solutions.mistakes("moments")[0].source).passed


def test_a_known_mistake_is_recognised_on_the_learners_own_machine(check_source):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    text = str(check_source("moments", mistake.source))
    assert f"This looks familiar. {mistake.hint}" in " ".join(text.split())


def test_the_example_in_the_readme_is_what_check_says(check_source):
    mistake = next(m for m in solutions.mistakes("moments") if m.name == "unbiased_variance")
    said = str(check_source("moments", mistake.source)).splitlines()
    of_task = said[: next(i for i, line in enumerate(said) if line.startswith("normalize"))]
    assert "\n".join(of_task) in (solutions.ROOT / "README.md").read_text("utf-8")


def test_most_mistakes_are_seen_by_a_public_check_and_most_of_those_are_named(check_source):
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


def test_the_table_is_html_with_words_for_marks_and_learner_text_escaped(check_source):
    source = "def batch_moments(x):\n    raise ValueError('<script>alert(1)</script>')\n"
    page = check_source("moments", source)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "failed" in page
    wrong = check_source("moments", solutions.mistakes("moments")[0].source)._repr_html_()
    assert "|yours - expected|" in wrong


@pytest.mark.parametrize("name", list(coded_units()))
def test_a_warm_check_answers_at_once(check_source, name):
    check_source(name, solutions.solved(name))
    times = []
    for _ in range(5):
        begun = time.process_time()
        check_source(name, solutions.solved(name))
        times.append(time.process_time() - begun)
    assert sorted(times)[2] < (0.1 if unit(name).library == "numpy" else 0.3)
