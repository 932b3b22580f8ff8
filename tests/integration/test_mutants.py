"""Tests of tools/mutation: what is changed, which faults are reported, when the cache is used."""

from contextlib import nullcontext

import pytest
from cosmic_ray.mutating import mutate_code

from bngrader.core import solutions
from tools.mutation import cache, run
from tools.mutation.make import Mutant, joined, make
from tools.mutation.operators import OURS, operators

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
    """The path of an empty list of reasons, for a run with two mutants and an empty cache."""
    assert len(two) == 2
    monkeypatch.setattr(run, "Judge", lambda *_: nullcontext(judge))
    monkeypatch.setattr(run, "make", lambda unit, source: two)
    monkeypatch.setattr(run, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(run, "EQUIVALENT", tmp_path / "mutants.toml")
    run.EQUIVALENT.write_text("")
    return run.EQUIVALENT


def reason(becomes, why="a spread is never negative"):
    return (
        f'[[scaling]]\nfunction = "min_max_scale"\nline = "{right_line(RIGHT[1])}"\n'
        f'becomes = ["{right_line(becomes)}"]\nwhy = "{why}"\n'
    )


@pytest.mark.parametrize("made", OURS)
def test_operators_do_what_their_examples_say(made):
    operator = made()
    assert mutate_code(operator.before, operator, 0) == operator.after


def test_operators_that_draw_at_random_are_left_out():
    assert not any("Variable" in name for name in operators())
    assert len(operators()) > 50


def test_make_changes_only_what_a_learner_writes():
    made = make("moments", SOLVED)
    assert made
    assert all(each.source.startswith(SUPPLIED) for each in made)
    assert {each.function for each in made} == {"f"}


def test_make_does_not_change_the_text_of_an_error():
    assert all("f: z is {z - 1}, expected" in each.source for each in make("moments", SOLVED)
               if "raise" in each.source)  # fmt: skip


def test_make_returns_mutants_that_differ_from_the_original_and_each_other():
    sources = [each.source for each in make("moments", SOLVED)]
    assert len(set(sources)) == len(sources)
    assert SOLVED not in sources
    assert sources == [each.source for each in make("moments", SOLVED)]


def test_mutant_key_does_not_change_when_lines_move():
    lower = SOLVED.replace("def f", "# moved down\n\ndef f")
    names, again = ({each.key for each in make("moments", s)} for s in (SOLVED, lower))
    assert names == again
    assert ("f", "z = x - y", "z = x + y") in names


def test_compare_finds_a_mutant_that_the_hidden_tests_miss(judge, monkeypatch):
    """With the test of the mean alone, a wrong variance survives and a wrong mean does not."""
    tests = solutions.hidden_tests("moments")[:1]
    monkeypatch.setattr(solutions, "hidden_tests", lambda unit: tests)
    made = [
        each for each in make("moments", solutions.solved("moments")) if "axis= 1" in each.source
    ]
    assert len(made) == 2
    verdicts = {each: run.failing_test(judge, each) for each in made}
    found = run.compare("moments", verdicts, {})
    assert [each.key[2] for each in found.faults] == ["var = np.square(x - mean).mean(axis= 1)"]


def test_failing_test_ignores_tests_of_other_tasks(judge, monkeypatch):
    tests = [each for each in solutions.hidden_tests("sync") if each.task == "sync_batch_norm"]
    monkeypatch.setattr(solutions, "hidden_tests", lambda unit: tests)
    solved = solutions.solved("sync")
    changed = solved.replace("count_a + count_b", "count_a - count_b")
    wrong = Mutant("sync", "merge_moments", "by hand", solved, changed)
    assert not all(each.passed for each in judge.outcomes("sync", wrong.source))
    assert run.failing_test(judge, wrong) == ""


def test_compare_reports_a_hidden_test_that_raises():
    verdicts = {make("moments", SOLVED)[0]: f"{run.TEST_ERROR} (TypeError, t.py:1)"}
    found = run.compare("moments", verdicts, {})
    assert f"{run.TEST_ERROR} (TypeError, t.py:1)." in found.faults[0]


def test_run_shows_a_survivor_without_a_reason_and_fails(workplace, capsys):
    assert run.main(["scaling"]) == 1
    shown = capsys.readouterr().out
    assert "+++ min_max_scale" in shown
    assert "spread <= 0" in shown
    assert "+ low" not in shown


def test_run_accepts_a_survivor_with_a_reason(workplace):
    workplace.write_text(reason(RIGHT[2]))
    assert run.main(["scaling"]) == 0


@pytest.mark.parametrize("becomes", ["np.where(spread == 0, 1, low)", "np.ones(3)"])
def test_run_refuses_a_reason_without_a_survivor(workplace, capsys, becomes):
    workplace.write_text(reason(RIGHT[2]) + reason(becomes))
    assert run.main(["scaling"]) == 1
    assert "remove it from mutants.toml." in capsys.readouterr().out


@pytest.mark.parametrize("text", [reason("a", why=" "), reason("a") + reason("a")])
def test_equivalent_mutants_have_exactly_one_reason_each(workplace, text):
    workplace.write_text(text)
    with pytest.raises(ValueError, match="expected one"):
        cache.equivalent_mutants(workplace)


def test_cache_judges_again_only_where_mutant_or_grader_changed(tmp_path, monkeypatch):
    one, two = make("moments", SOLVED)[:2]
    asked = []

    def judge(mutant):
        asked.append(mutant)
        return "a_test" if mutant is one else ""

    answered = [
        cache.VerdictCache("moments", judge, tmp_path)(each) for each in (one, two, one, two)
    ]
    assert answered == ["a_test", "", "a_test", ""]
    assert asked == [one, two]
    monkeypatch.setattr(cache, "grader_digest", lambda unit: "another grader")
    cache.VerdictCache("moments", judge, tmp_path)(one)
    assert asked == [one, two, one]


def test_equivalent_mutants_are_lines_of_their_references():
    for unit, reasons in cache.equivalent_mutants(solutions.SOLUTIONS / "mutants.toml").items():
        code = joined(solutions.solved(unit).splitlines())
        assert [name for name in reasons if name[1] not in code] == []
