"""The inputs of tests: the forms of an argument, and the shapes of a batch."""

import numpy as np
import pytest

from bnlab.kit.testing.inputs import (
    batches,
    checkerboard,
    features,
    in_every_form,
    one_argument_at_a_time,
    one_change_at_a_time,
    one_path_at_a_time,
)


def test_every_form_holds_the_same_numbers_in_arrays_of_its_own():
    x, pair = features(np.random.default_rng(0)), (np.ones(5), np.zeros(5))
    forms = in_every_form(x, pair, 0.1)
    assert {given[0].dtype.name for given in forms.values()} == {"float16", "float32", "float64"}
    for given, (one, other), eps in forms.values():
        assert np.allclose(given, x, rtol=1e-3, atol=1e-3)
        assert not np.shares_memory(given, x)
        assert given.dtype == one.dtype == other.dtype
        assert eps == 0.1


def test_one_form_is_read_only_and_in_fortran_order():
    ((x,),) = (
        given
        for given in in_every_form(features(np.random.default_rng(0))).values()
        if not given[0].flags.c_contiguous
    )
    assert x.flags.f_contiguous
    with pytest.raises(ValueError, match="read-only"):
        x -= 1


def test_batches_have_the_shapes_that_are_asked_for():
    shapes = ((1, 1), (1, 4), (5, 5))
    assert [x.shape for x in batches(np.random.default_rng(0), shapes)] == list(shapes)


def test_each_line_of_a_checkerboard_has_mean_0_and_variance_1():
    board = checkerboard(4, 2, 6)
    for axis in range(3):
        assert not board.mean(axis=axis).any()
        assert (board.var(axis=axis) == 1).all()


def test_each_case_differs_from_the_first_in_one_thing_or_has_no_variance():
    rng = np.random.default_rng(0)
    for cases in (one_change_at_a_time(rng, 4, 4, 4, 4), one_argument_at_a_time(rng)):
        plain, *others = cases.values()
        for case in others:
            same = [np.array_equal(one, other) for one, other in zip(plain, case, strict=True)]
            affine_alone = same == [True, False, False, True]
            assert same.count(False) == 1 or affine_alone or case[0].var(axis=(0, 2, 3)).max() == 0


def test_the_direct_path_has_nothing_in_common_with_the_others():
    dy, xhat, *_ = one_path_at_a_time(np.random.default_rng(0))["only the direct path"]
    assert not dy.mean(axis=0).any()
    assert not (dy * xhat).mean(axis=0).any()
