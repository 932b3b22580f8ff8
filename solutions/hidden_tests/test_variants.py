"""Hidden tests of `variants`: groups of channels of one sample, whatever the batch."""

import numpy as np
import torch

from bnlab.kit.testing.assertions import assert_close, assert_raises
from bnlab.kit.testing.inputs import BIG_EPS, affine, images, tensor
from bnlab.kit.testing.properties import property_of


def pictures(rng, n=3, c=6, h=5, w=2):
    """Images (n, c, h, w) as a NumPy array."""
    return images(rng, n, c, h, w).numpy()


def plain(c):
    """The weight and the bias that change nothing."""
    return np.ones(c), np.zeros(c)


def truth(x, num_groups, weight, bias, eps):
    """Group norm by torch, in float64."""
    wide = (tensor(each).double() for each in (x, weight, bias))
    x, weight, bias = wide
    return torch.nn.functional.group_norm(x, num_groups, weight, bias, eps).numpy()


@property_of(
    "group_norm", "one group: each sample is normalized by itself, over channels and pixels"
)
def each_sample_is_normalized_by_itself(learner, rng):
    x, (weight, bias) = pictures(rng), plain(6)
    y = learner.group_norm(x, 1, weight, bias, BIG_EPS)
    assert_close(y, truth(x, 1, weight, bias, BIG_EPS), "y")
    alone = learner.group_norm(x[1:2], 1, weight, bias, BIG_EPS)
    assert_close(alone, truth(x, 1, weight, bias, BIG_EPS)[1:2], "y of one sample")


@property_of("group_norm", "num_groups is how many groups there are, each of neighbouring channels")
def groups_are_neighbouring_channels(learner, rng):
    x, (weight, bias) = pictures(rng), plain(6)
    for num_groups in (2, 3, 6):
        y = learner.group_norm(x, num_groups, weight, bias, BIG_EPS)
        assert_close(y, truth(x, num_groups, weight, bias, BIG_EPS), f"y in {num_groups} groups")


@property_of("group_norm", "each channel has a weight and a bias of its own")
def weight_and_bias_are_per_channel(learner, rng):
    # As many columns as channels: a weight on the wrong axis fits, and is wrong.
    x, (weight, bias) = pictures(rng, h=5, w=6), affine(rng, 6)
    y = learner.group_norm(x, 2, weight, bias, BIG_EPS)
    assert_close(y, truth(x, 2, weight, bias, BIG_EPS), "y")


@property_of("group_norm", "eps is added to the variance, inside the root; it is 1e-5 if not given")
def eps_is_inside_the_root(learner, rng):
    x, (weight, bias) = pictures(rng) / 100, affine(rng, 6)
    y = learner.group_norm(x, 3, weight, bias, eps=BIG_EPS)
    assert_close(y, truth(x, 3, weight, bias, BIG_EPS), "y")
    y = learner.group_norm(x, 3, weight, bias)
    assert_close(y, truth(x, 3, weight, bias, 1e-5), "y with the default eps")


@property_of("group_norm", "sequences (N, C, L) and plain features (N, C) work like images")
def any_number_of_axes(learner, rng):
    weight, bias = affine(rng, 6)
    for shape in ((3, 6, 7), (5, 6)):
        x = rng.normal(size=shape) * 2 + 1
        y = learner.group_norm(x, 2, weight, bias, BIG_EPS)
        assert_close(y, truth(x, 2, weight, bias, BIG_EPS), f"y of {len(shape)} axes")


@property_of("group_norm", "a number of groups that does not divide the channels is a ValueError")
def uneven_groups_are_refused(learner, rng):
    for shape, num_groups in (((2, 6, 2, 2), 4), ((4, 5), 2)):
        x, (weight, bias) = rng.normal(size=shape), affine(rng, shape[1])
        y = learner.group_norm(x, shape[1], weight, bias, BIG_EPS)
        assert_close(y, truth(x, shape[1], weight, bias, BIG_EPS), "y in even groups")
        assert_raises(
            lambda x=x, g=num_groups, w=weight, b=bias: learner.group_norm(x, g, w, b),
            "ValueError",
            f"{shape[1]} channels in {num_groups} groups",
        )


@property_of("group_norm", "float32 data far from zero are normalized well, and stay float32")
def float32_far_from_zero(learner, rng):
    x = (rng.normal(size=(2, 6, 5, 3)) + 3e3).astype(np.float32)
    weight, bias = (each.astype(np.float32) for each in affine(rng, 6))
    y = learner.group_norm(x, 2, weight, bias)
    assert_close(y, truth(x, 2, weight, bias, 1e-5).astype(np.float32), "y", rtol=1e-2, atol=1e-2)


@property_of("group_norm", "the result has the dtype of x, whatever that of the parameters")
def result_has_the_dtype_of_x(learner, rng):
    x = pictures(rng).astype(np.float16)
    weight, bias = (each.astype(np.float32) for each in affine(rng, 6))
    y = learner.group_norm(x, 2, weight, bias, BIG_EPS)
    assert_close(
        y, truth(x, 2, weight, bias, BIG_EPS).astype(np.float16), "y", rtol=1e-2, atol=2e-2
    )


@property_of("group_norm", "the batch, the weight and the bias are left as they were")
def arguments_are_left_alone(learner, rng):
    x, (weight, bias) = pictures(rng), affine(rng, 6)
    held = [learner.hold(each) for each in (x, weight, bias)]
    y = learner.group_norm(held[0], 2, held[1], held[2], BIG_EPS)
    assert_close(y, truth(x, 2, weight, bias, BIG_EPS), "y")
    for after, before, name in zip(held, (x, weight, bias), ("x", "weight", "bias"), strict=True):
        assert_close(after.fetch(), before, f"{name} after the call")
