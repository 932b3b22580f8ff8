"""Public checks of `variants`."""

import numpy as np

from ..testing.assertions import assert_close, assert_raises, assert_unchanged, precondition
from ..testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    in_every_form,
    one_change_at_a_time,
    tensor,
)
from ..testing.properties import property_of
from ..testing.tolerances import tolerance


def pictures(rng, shape=(2, 8, 3, 4)):
    """Return a batch whose channels differ in scale and in offset."""
    channel = (1, shape[1]) + (1,) * (len(shape) - 2)
    return rng.normal(size=shape) * rng.uniform(0.1, 2, channel) + rng.normal(size=channel)


def truth(x, num_groups, weight, bias, eps=1e-5):
    """Return the group norm of torch, computed in float64, in the dtype of x."""
    import torch

    wide, weight, bias = (tensor(each).double() for each in (x, weight, bias))
    y = torch.nn.functional.group_norm(wide, num_groups, weight, bias, eps)
    return y.numpy().astype(x.dtype)


@property_of(
    "group_norm", "each sample is normalized by itself: who else is in the batch is no matter"
)
def each_sample_by_itself(learner, rng):
    x, (weight, bias) = pictures(rng), (np.ones(8), np.zeros(8))
    alone = learner.group_norm(x[:1], 1, weight, bias, BIG_EPS)
    assert_close(alone, truth(x[:1], 1, weight, bias, BIG_EPS), "y of a sample alone")
    together = learner.group_norm(x, 1, weight, bias, BIG_EPS)
    assert_close(together[:1], alone, "y of the same sample in a batch")


@property_of("group_norm", "num_groups counts groups; channels that are neighbours form one")
def groups_of_neighbours(learner, rng):
    x, (weight, bias) = pictures(rng), (np.ones(8), np.zeros(8))
    y = learner.group_norm(x, 2, weight, bias, BIG_EPS)
    assert_close(y, truth(x, 2, weight, bias, BIG_EPS), "y")


@property_of(
    "group_norm", "each channel has a weight and a bias; eps is inside the root, 1e-5 by default"
)
def weight_bias_and_eps(learner, rng):
    x, (weight, bias) = pictures(rng, (2, 8, 3, 8)) / 50, affine(rng, 8)
    for num_groups in (4, 1):
        y = learner.group_norm(x, num_groups, weight, bias)
        name = f"y with num_groups = {num_groups}"
        assert_close(y, truth(x, num_groups, weight, bias), name)


@property_of(
    "group_norm",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_numbers(learner, rng):
    cases = one_change_at_a_time(rng, 4, 4, 4, 4)
    calls = [(x, 2, *rest) for x, *rest in cases.values()]
    for (y, _), args, name in zip(
        learner.call_each("group_norm", calls), calls, cases, strict=True
    ):
        assert_close(y, truth(*args), f"y of {name}")


@property_of("group_norm", "eps = 0 is an eps like any other")
def eps_may_be_zero(learner, rng):
    x, learned = pictures(rng), affine(rng, 8)
    y = learner.group_norm(x, 4, *learned, eps=0.0)
    assert_close(y, truth(x, 4, *learned, 1e-30), "y")


@property_of(
    "group_norm", "rows and sequences work too, and axes of length one are axes like any other"
)
def other_shapes(learner, rng):
    for shape in ((5, 8), (2, 8, 5), (1, 8), (3, 8, 1), (2, 8, 1, 3), (1, 8, 2, 2), (3, 1, 6)):
        x, learned = pictures(rng, shape), affine(rng, shape[1])
        num_groups = min(2, shape[1])
        y = learner.group_norm(x, num_groups, *learned, 0.1)
        assert_close(y, truth(x, num_groups, *learned, 0.1), f"y of shape {shape}")


@property_of("group_norm", "float32 around 4000, float64 around 3e8, large float16: all right")
def narrow_and_far_numbers(learner, rng):
    x, learned = rng.normal(size=(2, 8, 5, 4)), affine(rng, 8)
    half = (x * 500 + 100).astype(np.float16)
    half[0, :4] = around_no_half(rng, 80).reshape(4, 5, 4)
    for each in ((x + 4e3).astype(np.float32), x + 3e8, half):
        given = each, 2, *(one.astype(each.dtype) for one in learned), 0.1
        y = learner.group_norm(*given)
        assert_close(y, truth(*given), f"y in {each.dtype}", rtol=2e-2, atol=2e-2)


@property_of("group_norm", "uneven groups, and more groups than channels, are a ValueError")
def uneven_groups_are_refused(learner, rng):
    for shape, num_groups in (((2, 8, 3, 4), 3), ((5, 8), 16), ((2, 6, 3), 4)):
        x, learned = pictures(rng, shape), affine(rng, shape[1])
        assert_raises(
            lambda given=(x, num_groups, *learned): learner.group_norm(*given),
            "ValueError",
            f"{shape[1]} channels in {num_groups} groups",
        )


@property_of("group_norm", "a call leaves its arguments as they were, and y has the dtype of x")
def group_norm_leaves_its_arguments_alone(learner, rng):
    x, learned = pictures(rng, (2, 8, 3, 4)), affine(rng, 8)
    forms = in_every_form(x, 4, *learned, 0.1)
    forms["float64 with float32 parameters"] = x, 4, *(each.astype("f4") for each in learned), 0.1
    forms["float16 with float64 parameters"] = x.astype("f2"), 4, *learned, 0.1
    last = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    forms["an array with the channels last"] = np.moveaxis(last, -1, 1), 4, *learned, 0.1
    calls = learner.call_each("group_norm", forms.values())
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        close = {"rtol": 1e-4, "atol": 1e-4} if "float32" in form else tolerance(given[0])
        with precondition():
            assert_close(y, truth(*given), f"y of {form}", **close)
        assert_unchanged(after, given, "x, num_groups, weight, bias")
