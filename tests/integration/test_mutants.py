"""The mutation run changes what learners write, and hides no hole and no stale reason."""

from contextlib import nullcontext

import pytest
from cosmic_ray.mutating import mutate_code

from bngrader.core import solutions
from tools import mutants, mutants_cache
from tools.mutants_cache import explained
from tools.mutants_make import Mutant, joined, make
from tools.mutants_operators import OURS, operators

SUPPLIED = "def supplied(x):\n    return x + 1\n\n\n"
SOLVED = f"""{SUPPLIED}def f(x, y):
    # BEGIN SOLUTION
    z = x - y  # one of many
    if z < 0:
        raise ValueError(f"f: z is {{z - 1}}, expected 0 or more.")
    return z
    # END SOLUTION
"""
RIGHT = ("min_max_scale", "np.where(spread == 0, 1, spread)", "np.where(spread <= 0, 1, spread)")


def right_line(text):
    return f"return (x - low) / {text}"


@pytest.fixture(scope="module")
def two():
    """One mutant of `min_max_scale` that is right and one that is wrong."""
    lines = (right_line(RIGHT[2]), "spread = x.max(axis=0) + low")
    made = make("scaling", solutions.solved("scaling"))
    return [each for each in made if each.function == RIGHT[0] and each.key[2] in lines]


@pytest.fixture
def workplace(tmp_path, monkeypatch, judge, two):
    """An empty list of reasons, a memory of its own, two mutants, and the warm judge."""
    assert len(two) == 2
    monkeypatch.setattr(mutants, "Judge", lambda *_: nullcontext(judge))
    monkeypatch.setattr(mutants, "make", lambda unit, source: two)
    monkeypatch.setattr(mutants, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(mutants, "EXPLAINED", tmp_path / "mutants.toml")
    mutants.EXPLAINED.write_text("")
    return mutants.EXPLAINED


def reason(becomes, why="a spread is never negative"):
    return (
        f'[[scaling]]\nfunction = "min_max_scale"\nline = "{right_line(RIGHT[1])}"\n'
        f'becomes = ["{right_line(becomes)}"]\nwhy = "{why}"\n'
    )


@pytest.mark.parametrize("made", OURS)
def test_each_operator_of_ours_does_what_its_example_says(made):
    operator = made()
    assert mutate_code(operator.before, operator, 0) == operator.after


def test_operators_that_draw_at_random_are_left_out():
    assert not any("Variable" in name for name in operators())
    assert len(operators()) > 50


def test_only_what_a_learner_writes_is_changed():
    made = make("moments", SOLVED)
    assert made
    assert all(each.source.startswith(SUPPLIED) for each in made)
    assert {each.function for each in made} == {"f"}


def test_the_words_of_an_error_are_not_changed():
    assert all("f: z is {z - 1}, expected" in each.source for each in make("moments", SOLVED)
               if "raise" in each.source)  # fmt: skip


def test_mutants_differ_from_the_original_and_from_each_other():
    sources = [each.source for each in make("moments", SOLVED)]
    assert len(set(sources)) == len(sources)
    assert SOLVED not in sources
    assert sources == [each.source for each in make("moments", SOLVED)]


def test_a_mutant_is_named_by_its_line_and_not_by_the_line_number():
    lower = SOLVED.replace("def f", "# moved down\n\ndef f")
    names, again = ({each.key for each in make("moments", s)} for s in (SOLVED, lower))
    assert names == again
    assert ("f", "z = x - y", "z = x + y") in names


def test_a_hole_in_the_hidden_tests_is_found(judge, monkeypatch):
    """With the test of the mean alone, a wrong variance survives and a wrong mean does not."""
    tests = solutions.hidden_tests("moments")[:1]
    monkeypatch.setattr(solutions, "hidden_tests", lambda unit: tests)
    made = [
        each for each in make("moments", solutions.solved("moments")) if "axis= 1" in each.source
    ]
    assert len(made) == 2
    verdicts = {each: mutants.killer(judge, each) for each in made}
    found = mutants.compare("moments", verdicts, {})
    assert [each.key[2] for each in found.faults] == ["var = np.square(x - mean).mean(axis= 1)"]


def test_a_test_of_another_task_does_not_count(judge, monkeypatch):
    tests = [each for each in solutions.hidden_tests("sync") if each.task == "sync_batch_norm"]
    monkeypatch.setattr(solutions, "hidden_tests", lambda unit: tests)
    solved = solutions.solved("sync")
    changed = solved.replace("count_a + count_b", "count_a - count_b")
    wrong = Mutant("sync", "merge_moments", "by hand", solved, changed)
    assert not all(each.passed for each in judge.outcomes("sync", wrong.source))
    assert mutants.killer(judge, wrong) == ""


def test_a_hidden_test_that_raises_of_itself_is_a_fault():
    verdicts = {make("moments", SOLVED)[0]: f"{mutants.BREAKS} (TypeError, t.py:1)"}
    found = mutants.compare("moments", verdicts, {})
    assert "a hidden test breaks (TypeError, t.py:1), expected a verdict." in found.faults[0]


def test_a_survivor_without_a_reason_is_shown_as_a_diff_and_fails(workplace, capsys):
    assert mutants.main(["scaling"]) == 1
    shown = capsys.readouterr().out
    assert "+++ min_max_scale" in shown
    assert "spread <= 0" in shown
    assert "+ low" not in shown


def test_a_survivor_with_a_reason_passes(workplace):
    workplace.write_text(reason(RIGHT[2]))
    assert mutants.main(["scaling"]) == 0


@pytest.mark.parametrize("becomes", ["np.where(spread == 0, 1, low)", "np.ones(3)"])
def test_a_reason_for_no_survivor_fails(workplace, capsys, becomes):
    workplace.write_text(reason(RIGHT[2]) + reason(becomes))
    assert mutants.main(["scaling"]) == 1
    assert "expected no reason for it." in capsys.readouterr().out


@pytest.mark.parametrize("text", [reason("a", why=" "), reason("a") + reason("a")])
def test_every_reason_is_given_once(workplace, text):
    workplace.write_text(text)
    with pytest.raises(ValueError, match="expected one"):
        explained(workplace)


def test_what_was_judged_is_not_judged_again_until_something_changes(tmp_path, monkeypatch):
    one, two = make("moments", SOLVED)[:2]
    asked = []

    def judge(mutant):
        asked.append(mutant)
        return "a_test" if mutant is one else ""

    answered = [
        mutants_cache.Kept("moments", judge, tmp_path)(each) for each in (one, two, one, two)
    ]
    assert answered == ["a_test", "", "a_test", ""]
    assert asked == [one, two]
    monkeypatch.setattr(mutants_cache, "state", lambda unit: b"other hidden tests")
    mutants_cache.Kept("moments", judge, tmp_path)(one)
    assert asked == [one, two, one]


def test_every_explained_line_is_in_its_module():
    for unit, reasons in explained(solutions.SOLUTIONS / "mutants.toml").items():
        code = joined(solutions.solved(unit).splitlines())
        assert [name for name in reasons if name[1] not in code] == []
