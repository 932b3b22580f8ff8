"""Public checks of `variants`."""

import numpy as np

from ..testing.assertions import assert_close, assert_raises
from ..testing.inputs import BIG_EPS, affine, tensor
from ..testing.properties import property_of


def pictures(rng, shape=(2, 8, 3, 4)):
    """Return a batch whose channels differ in scale and in offset."""
    channel = (1, shape[1]) + (1,) * (len(shape) - 2)
    return rng.normal(size=shape) * rng.uniform(0.1, 2, channel) + rng.normal(size=channel)


def truth(x, num_groups, weight, bias, eps=1e-5):
    """Return the group norm of torch, in float64."""
    import torch

    x, weight, bias = (tensor(each).double() for each in (x, weight, bias))
    return torch.nn.functional.group_norm(x, num_groups, weight, bias, eps).numpy()


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
    y = learner.group_norm(x, 4, weight, bias)
    assert_close(y, truth(x, 4, weight, bias), "y")


@property_of(
    "group_norm", "rows and sequences work too; float32 stays float32, far from zero as well"
)
def other_shapes(learner, rng):
    weight, bias = (each.astype(np.float32) for each in affine(rng, 8))
    for shape in ((5, 8), (2, 8, 5)):
        x = (pictures(rng, shape) + 4e3).astype(np.float32)
        y = learner.group_norm(x, 2, weight, bias, 0.1)
        want = truth(x, 2, weight, bias, 0.1).astype(np.float32)
        assert_close(y, want, f"y of {len(shape)} axes", rtol=2e-2, atol=2e-2)


@property_of("group_norm", "uneven groups are a ValueError, and a call leaves x as it was")
def uneven_groups_and_the_batch(learner, rng):
    x, (weight, bias) = pictures(rng), affine(rng, 8)
    held = learner.hold(x)
    y = learner.group_norm(held, 4, weight, bias)
    assert_close(y, truth(x, 4, weight, bias), "y")
    assert_close(held.fetch(), x, "x after the call")
    assert_raises(
        lambda: learner.group_norm(x, 3, weight, bias), "ValueError", "8 channels in 3 groups"
    )
