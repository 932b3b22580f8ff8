"""The mutation run finds every hole in the hidden tests and every reason that is out of date."""

from contextlib import nullcontext

import pytest

from bngrader.core import solutions
from tools import mutants
from tools.mutants_cache import explained
from tools.mutants_make import Mutant, make

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
