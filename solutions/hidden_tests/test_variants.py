"""Hidden tests of `variants`: groups of channels of one sample, whatever the batch."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, assert_raises, assert_unchanged
from bnlab.kit.testing.inputs import (
    BIG_EPS,
    affine,
    around_no_half,
    images,
    in_every_form,
    one_change_at_a_time,
    tensor,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import tolerance


def pictures(rng, n=3, c=6, h=5, w=2):
    """Images (n, c, h, w) as a NumPy array."""
    return images(rng, n, c, h, w).numpy()


def plain(c):
    """The weight and the bias that change nothing."""
    return np.ones(c), np.zeros(c)


def truth(x, num_groups, weight, bias, eps):
    """Group norm by torch, computed in float64, in the dtype of x."""
    wide, weight, bias = (tensor(each).double() for each in (x, weight, bias))
    return torch.group_norm(wide, num_groups, weight, bias, eps).numpy().astype(x.dtype)


@property_of(
    "group_norm", "one group: each sample is normalized by itself, over channels and pixels"
)
def each_sample_is_normalized_by_itself(learner, rng):
    x, (weight, bias) = pictures(rng), plain(6)
    given = [(each, 1, weight, bias, BIG_EPS) for each in (x, x[1:2])]
    together, alone = learner.call_each("group_norm", given)
    want = truth(x, 1, weight, bias, BIG_EPS)
    assert_close(together.result, want, "y")
    assert_close(alone.result, want[1:2], "y of one sample")


@property_of("group_norm", "num_groups is how many groups there are, each of neighbouring channels")
def groups_are_neighbouring_channels(learner, rng):
    x, (weight, bias) = pictures(rng), plain(6)
    given = [(x, num_groups, weight, bias, BIG_EPS) for num_groups in (2, 3, 6)]
    for (y, _), arguments in zip(learner.call_each("group_norm", given), given, strict=True):
        assert_close(y, truth(*arguments), f"y in {arguments[1]} groups")


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


@property_of("group_norm", "each channel has a weight and a bias of its own")
def weight_and_bias_are_per_channel(learner, rng):
    # As many columns as channels: a weight on the wrong axis fits, and is wrong.
    x, (weight, bias) = pictures(rng, h=5, w=6), affine(rng, 6)
    given = [(x, num_groups, weight, bias, BIG_EPS) for num_groups in (2, 1)]
    for (y, _), arguments in zip(learner.call_each("group_norm", given), given, strict=True):
        assert_close(y, truth(*arguments), "y")


@property_of(
    "group_norm",
    "eps is added to the variance, inside the root; it is 1e-5 if not given, and may be 0",
)
def eps_is_inside_the_root(learner, rng):
    x, (weight, bias) = pictures(rng) / 100, affine(rng, 6)
    y = learner.group_norm(x, 3, weight, bias, eps=BIG_EPS)
    assert_close(y, truth(x, 3, weight, bias, BIG_EPS), "y")
    default, zero = learner.call_each(
        "group_norm", [(x, 3, weight, bias), (x, 3, weight, bias, 0.0)]
    )
    assert_close(default.result, truth(x, 3, weight, bias, 1e-5), "y with the default eps")
    assert_close(zero.result, truth(x, 3, weight, bias, 0.0), "y with eps = 0")


@property_of(
    "group_norm",
    "sequences (N, C, L) and plain features (N, C) work like images, with one sample, channel or "
    "pixel as well",
)
def any_number_of_axes(learner, rng):
    shapes = (3, 6, 7), (5, 6), (1, 4), (2, 4, 1), (2, 1, 3), (1, 2, 1, 5)
    given = []
    for shape in shapes:
        num_groups = min(2, shape[1])
        given.append((rng.normal(size=shape) * 2 + 1, num_groups, *affine(rng, shape[1]), BIG_EPS))
    for (y, _), arguments in zip(learner.call_each("group_norm", given), given, strict=True):
        assert_close(y, truth(*arguments), f"y of {arguments[0].ndim} axes")


@property_of(
    "group_norm",
    "a number of groups that does not divide the channels, or is larger, is a ValueError",
)
def uneven_groups_are_refused(learner, rng):
    even, odd = [], []
    for shape, num_groups in (((2, 6, 2, 2), 4), ((4, 5), 2), ((3, 2, 4), 4)):
        x, learned = rng.normal(size=shape), affine(rng, shape[1])
        even.append((x, shape[1], *learned, BIG_EPS))
        odd.append((x, num_groups, *learned, BIG_EPS))
    calls = learner.call_each("group_norm", [*even, *odd])
    for fine, refused, arguments, (x, num_groups, *_) in zip(
        calls[:3], calls[3:], even, odd, strict=True
    ):
        assert_close(fine.result, truth(*arguments), "y in even groups")
        what = f"{x.shape[1]} channels in {num_groups} groups"
        assert_raises(lambda call=refused: call.result, "ValueError", what)


@property_of(
    "group_norm", "data far from zero are normalized well, in float32 and in float64, and keep it"
)
def far_from_zero(learner, rng):
    x, learned = rng.normal(size=(2, 6, 5, 3)), affine(rng, 6)
    given = [
        ((x + 3e3).astype(np.float32), 2, *(each.astype(np.float32) for each in learned)),
        (x + 1e8, 2, *learned),
    ]
    for (y, _), arguments in zip(learner.call_each("group_norm", given), given, strict=True):
        want = truth(*arguments, 1e-5)
        assert_close(y, want, f"y in {want.dtype}", rtol=1e-2, atol=1e-2)


@property_of(
    "group_norm",
    "the result has the dtype of x, whatever that of the parameters; half precision has its "
    "statistics in float32",
)
def result_has_the_dtype_of_x(learner, rng):
    x, learned = pictures(rng), affine(rng, 6)
    narrow = tuple(each.astype(np.float32) for each in learned)
    large = (rng.normal(size=(2, 6, 20, 20)) * 400 + 200).astype(np.float16)
    large[0, :3] = around_no_half(rng, 1200).reshape(3, 20, 20)
    given = [
        (x.astype(np.float16), 2, *narrow, BIG_EPS),
        (x.astype(np.float32), 2, *learned, BIG_EPS),
        (x, 2, *narrow, BIG_EPS),
        (large, 2, *(each.astype(np.float16) for each in learned), BIG_EPS),
    ]
    for (y, _), arguments in zip(learner.call_each("group_norm", given), given, strict=True):
        x = arguments[0]
        assert_close(y, truth(*arguments), f"y in {x.dtype}", **tolerance(x))


@property_of(
    "group_norm",
    "the batch, the weight and the bias are left as they were, in every dtype and memory order",
)
def arguments_are_left_alone(learner, rng):
    x, learned = pictures(rng), affine(rng, 6)
    forms = in_every_form(x, 2, *learned, BIG_EPS)
    last = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    forms["an array with the channels last"] = (np.moveaxis(last, -1, 1), 2, *learned, BIG_EPS)
    calls = learner.call_each("group_norm", forms.values())
    for (y, after), (form, given) in zip(calls, forms.items(), strict=True):
        assert_close(y, truth(*given), f"y of {form}", **tolerance(given[0]))
        assert_unchanged(after, given, "x, num_groups, weight, bias")
