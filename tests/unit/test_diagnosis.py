"""The diagnosis: one mistake, two mistakes in one task, slips, and results that explain nothing."""

import numpy as np
import pytest

from bnlab.kit.diagnosis.diagnose import _named, diagnose
from bnlab.kit.diagnosis.fits import Fit
from bnlab.kit.diagnosis.known import (
    add_mistake,
    as_published,
    known_from_data,
    known_to_data,
    reference_of,
)
from bnlab.kit.diagnosis.moved import moved, spread
from bnlab.kit.diagnosis.results import Numbers, Other, leaf, leaves, result, template
from bnlab.kit.diagnosis.slips import HINTS
from bnlab.kit.testing.assertions import assert_close
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import property_of, record_property
from bnlab.kit.testing.recorder import Call, Recorder


class Module:
    """A module of one function, `moments`."""

    __file__ = "bnlab/unit.py"

    def __init__(self, moments):
        self.moments = moments


def right(x):
    wide = x.astype(np.float64)
    return wide.mean(axis=0).astype(x.dtype), wide.var(axis=0).astype(x.dtype)


@property_of("moments", "the mean")
def mean(learner, rng):
    x = rng.normal(size=(5, 3))
    assert_close(learner.moments(x)[0], right(x)[0], "mean")


@property_of("moments", "the variance")
def variance(learner, rng):
    x = rng.normal(size=(5, 3))
    assert_close(learner.moments(x)[1], right(x)[1], "var")


@property_of("moments", "float32 far from zero")
def far_from_zero(learner, rng):
    x = (rng.normal(size=(40, 3)) + 4000).astype(np.float32)
    assert_close(learner.moments(x), right(x), "mean, var", rtol=1e-2)


@property_of("moments", "one row has no variance")
def one_row(learner, rng):
    x = rng.normal(size=(1, 3))
    held = learner.hold(x)
    assert_close(learner.moments(held), right(x), "mean, var")
    assert_close(held.fetch(), x, "x after the call")


def outcomes(function, change=None):
    learner = LocalModule(Module(function))
    return [
        record_property(each, Recorder(learner, change), np.random.default_rng(1))
        for each in (mean, variance, far_from_zero, one_row)
    ]


def unbiased(x):
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        return right(x)[0], wide.var(axis=0, ddof=1).astype(x.dtype)


def sums(x):
    return x.astype(np.float64).sum(axis=0).astype(x.dtype), right(x)[1]


def cancelled(x):
    return x.mean(axis=0), (x**2).mean(axis=0) - x.mean(axis=0) ** 2


def in_place(x):
    found = right(x)
    x -= x.mean(axis=0)
    return found


def refuses_one_row(x):
    if len(x) == 1:
        raise ValueError("one row")
    return right(x)


MISTAKES = {each.__name__: each for each in (unbiased, sums, cancelled, in_place, refuses_one_row)}


@pytest.fixture(scope="module")
def known():
    found = reference_of(outcomes(right), [outcomes(right, moved)])
    for name, function in MISTAKES.items():
        add_mistake(found, name, outcomes(function), [outcomes(function, moved)])
    return found


def named(function, known):
    return list(diagnose(outcomes(function), known).names)


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_named_and_also_from_what_was_stored(known, name):
    assert named(MISTAKES[name], known) == [name]
    assert named(MISTAKES[name], known_from_data(known_to_data(known))) == [name]


def test_right_code_has_no_mistake(known):
    assert named(right, known) == []


@pytest.mark.parametrize(
    "again",
    [
        lambda x: (x.mean(axis=0), x.var(axis=0, ddof=1) if len(x) > 1 else x[0] * np.nan),
        lambda x: [*unbiased(x)],
        lambda x: np.stack(unbiased(x)),
    ],
)
def test_another_spelling_of_a_mistake_is_named(known, again):
    assert named(again, known)[0] == "unbiased"


@pytest.mark.parametrize(
    ("function", "slip"),
    [
        (lambda x: None, "returns_nothing"),
        (lambda x: x, "argument_returned"),
        (lambda x: (x, x), "argument_returned"),
        (lambda x: 0.5, "one_number_returned"),
        (lambda x: (0, 0), "one_number_returned"),
        (lambda x: right(x)[::-1], "results_swapped"),
        (lambda x: tuple(map(list, right(x))), "list_returned"),
        (lambda x: np.stack(right(x)), "array_for_a_tuple"),
        (lambda x: right(x.astype(np.float32)), "always_float32"),
        (lambda x: tuple(each.astype(np.float64) for each in right(x)), "always_float64"),
        (lambda x: tuple(each[None] for each in right(x)), "axes_of_length_one"),
    ],
)
def test_a_slip_that_every_task_knows_is_named(known, function, slip):
    if slip == "array_for_a_tuple":  # assert_close takes it apart: it costs nothing here
        assert named(function, known) in ([slip], [])
    else:
        assert named(function, known) == [slip]
    assert slip in HINTS


def test_what_a_test_notes_of_unrecorded_calls_is_compared_one_by_one():
    @property_of("audit", "each layer is judged")
    def judged(learner, rng):
        learner.noted({name: name in learner.unrecorded.passed for name in "abc"})
        assert_close(learner.unrecorded.passed, "", "the layers that pass")

    def seen(passed):
        learner = LocalModule(Module(right))
        learner.passed = passed
        return [record_property(judged, Recorder(learner), np.random.default_rng(1))]

    found = reference_of(seen(""), [])
    for name in "abc":
        add_mistake(found, name, seen(name))
    assert set(diagnose(seen("ab"), found).names) == {"a", "b"}


def test_a_wrong_dtype_hides_no_mistake(known):
    def both(x):
        return tuple(each.astype(np.float64) for each in unbiased(x))

    assert named(both, known) == ["unbiased", "always_float64"]


def test_two_mistakes_that_change_different_results_are_both_named(known):
    assert named(lambda x: (sums(x)[0], unbiased(x)[1]), known) == ["sums", "unbiased"]


def test_two_names_are_told_apart_from_one_of_two(known):
    """The second is the first under another name: nothing singles out one of them."""
    again = known_from_data(known_to_data(known))
    again.mistakes["unbiased_again"] = again.mistakes["unbiased"]
    again.failed["unbiased_again"] = again.failed["unbiased"]
    either = diagnose(outcomes(unbiased), again)
    assert (either.names, either.either) == (("unbiased", "unbiased_again"), True)
    hints = either.hints({name: f"About {name}." for name in either.names})
    assert hints["unbiased"].startswith("One of two mistakes, which give the same results here.")
    assert hints["unbiased_again"] == "The second of the two: About unbiased_again."
    both = diagnose(outcomes(lambda x: (sums(x)[0], unbiased(x)[1])), known)
    assert both.hints({name: name for name in both.names}) == {
        "sums": "sums",
        "unbiased": "unbiased",
    }


def place(test):
    return test, 0, 0, "values"


def seen(*tests):
    return {place(each): Numbers("float64", (3,), 1.0, (1.0, 2.0, 3.0)) for each in tests}


def test_a_second_mistake_does_not_excuse_what_contradicts_the_first():
    right = frozenset(map(place, "bcd"))
    one = Fit("one", explained=frozenset([place("a")]), against=right)
    other = Fit("other", against=right)
    assert _named([one, other], [], seen("a"), []).names == ()
    assert _named([Fit("one", explained=one.explained), other], [], seen("a"), []).names == ("one",)


def test_two_mistakes_that_only_loose_comparisons_show_are_both_named():
    one, other = (Fit(name, loose=frozenset([place(name)])) for name in "ab")
    assert _named([one, other], [], seen("a", "b"), []).names == ("a", "b")
    third = Fit("c", loose=other.loose)
    assert _named([one, other, third], [], seen("a", "b"), []).names == ()


def test_what_a_mistake_changes_unseen_explains_what_another_makes_seen(known):
    """The test of the variance sees no wrong mean, unless it fails for the variance."""
    assert "variance" not in known.failed["sums"]
    assert ("variance", 0, 0, "values") in known.mistakes["sums"]


@pytest.mark.parametrize("error", [ValueError, RuntimeError, TypeError])
def test_code_that_only_raises_has_no_name(known, error):
    def raises(x):
        raise error("no")

    assert named(raises, known) == []


def test_an_exception_is_compared_by_its_place_too(known):
    def refuses_many_rows(x):
        if len(x) == 40:
            raise ValueError("one row")
        return right(x)

    assert named(refuses_many_rows, known) == []


def test_an_exception_that_tells_the_lengths_of_other_axes_is_another_one(known):
    def not_lined_up(numbers):
        def raises(x):
            if len(x) == 40:
                raise ValueError(f"lengths {numbers} differ")
            return right(x)

        return raises

    several = known_from_data(known_to_data(known))
    texts = {"rows": "40 and 3", "columns": "3 and 4"}
    for name, text in texts.items():
        add_mistake(several, name, outcomes(not_lined_up(text)))
    stored = known_from_data(known_to_data(several))
    for name, text in texts.items():
        assert named(not_lined_up(text), stored) == [name]
    assert named(not_lined_up("3 and 40"), stored) == ["rows"]


def test_an_exception_that_tells_a_measured_number_is_stored_without_its_place(known):
    """The digits of a difference depend on the processor, and so does its place."""

    def differs_at(place):
        def raises(x):
            if len(x) == 40:
                raise AssertionError(f"difference {1 / (3 + place)} at index ({place}, 1)")
            return right(x)

        return raises

    stored = []
    for place in (0, 2):
        several = known_from_data(known_to_data(known))
        add_mistake(several, "measured", outcomes(differs_at(place)))
        stored.append(known_to_data(several))
    assert stored[0] == stored[1]


def test_a_mistake_of_which_a_part_is_right_is_not_named(known):
    """It is wrong in the variance of every batch; this is wrong for five rows only."""
    assert named(lambda x: unbiased(x) if len(x) == 5 else right(x), known) == []


def test_unknown_results_have_no_name(known):
    assert named(lambda x: (right(x)[0], right(x)[1] * 1.01), known) == []


def test_rounding_of_another_processor_does_not_change_what_is_published(known):
    def rounded_otherwise(x):
        return unbiased(x)[0] * (1 + 2e-16), unbiased(x)[1] * (1 - 2e-16)

    made = reference_of(outcomes(right), [outcomes(right, moved)])
    for name, function in (MISTAKES | {"unbiased": rounded_otherwise}).items():
        add_mistake(made, name, outcomes(function), [outcomes(function, moved)])
    published = known_from_data(known_to_data(known))
    assert known_to_data(as_published(made, published)) == known_to_data(known)


def test_a_mistake_that_was_changed_is_published_anew(known):
    made = reference_of(outcomes(right), [outcomes(right, moved)])
    for name, function in (MISTAKES | {"unbiased": sums}).items():
        add_mistake(made, name, outcomes(function), [outcomes(function, moved)])
    found = as_published(made, known_from_data(known_to_data(known)))
    assert (
        known_to_data(found)["mistakes"]["unbiased"] != known_to_data(known)["mistakes"]["unbiased"]
    )


def test_a_result_that_no_other_input_gave_means_nothing():
    one = Numbers("float32", (3,), 1.0, (0.5,))
    assert spread((one,), [])[0].slack == np.inf


def test_results_without_a_finite_value_are_as_far_apart_as_their_count_of_nans():
    one = Numbers("float32", (0,), 0.0, ())
    assert spread((one,), [(one,)]) == (one,)


@pytest.mark.parametrize(
    ("changed", "differ"),
    [
        ({"b": ["new"]}, [Other("list('new')")]),
        ({"c": {"x": 3.0}}, [leaf(3.0)]),
        ({"b": ["new"], "c": {"x": 3.0}}, [Other("list('new')"), leaf(3.0)]),
        ({"c": {"y": 2.0}}, [Other("y"), Other("y"), Other("y")]),
    ],
)
def test_what_does_not_fit_in_one_value_of_a_dict_hides_nothing_in_the_others(changed, differ):
    seen = {"a": 1.0, "b": [], "c": {"x": 2.0}}
    form = template(Call("call", result=seen))
    got = result(Call("call", result=seen | changed), form)
    assert [one for one, other in zip(got, leaves(form), strict=True) if one != other] == differ


def test_what_a_mistake_does_to_its_arguments_is_known_in_tests_that_do_not_look_at_them():
    @property_of("moments", "the mean, whatever becomes of x")
    def only_the_mean(learner, rng):
        ((got, _),) = learner.call_each("moments", [(rng.normal(size=(5, 3)),)])
        assert_close(got[1][:0], got[1][:0], "nothing")

    learner = LocalModule(Module(in_place))
    seen = [record_property(only_the_mean, Recorder(learner), np.random.default_rng(1))]
    right_one = LocalModule(Module(right))
    found = reference_of(
        [record_property(only_the_mean, Recorder(right_one), np.random.default_rng(1))]
    )
    add_mistake(found, "in_place", seen)
    assert not found.failed["in_place"]
    assert [place[3] for place in found.mistakes["in_place"]] == ["end"]
