"""The mutation run changes what learners write, and nothing else."""

import pytest
from cosmic_ray.mutating import mutate_code

from bngrader.core import solutions
from tools import mutants, mutants_cache
from tools.mutants_cache import explained
from tools.mutants_make import joined, make
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


def test_a_hidden_test_that_raises_of_itself_is_a_fault():
    verdicts = {make("moments", SOLVED)[0]: f"{mutants.BREAKS} (TypeError, t.py:1)"}
    found = mutants.compare("moments", verdicts, {})
    assert "a hidden test breaks (TypeError, t.py:1), expected a verdict." in found.faults[0]


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
