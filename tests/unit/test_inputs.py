"""The inputs of tests: the forms of an argument, and the shapes of a batch."""

import numpy as np
import pytest

from bnlab.kit.testing.inputs import batches, features, in_every_form


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
