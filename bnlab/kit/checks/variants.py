"""Public checks of `variants`."""

import numpy as np

from ..testing.agree import agree, refuses
from ..testing.probes import BIG_EPS, affine, tensor
from ..testing.properties import shows


def pictures(rng, shape=(2, 8, 3, 4)):
    """A batch whose channels differ in scale and in offset."""
    channel = (1, shape[1]) + (1,) * (len(shape) - 2)
    return rng.normal(size=shape) * rng.uniform(0.1, 2, channel) + rng.normal(size=channel)


def truth(x, num_groups, weight, bias, eps=1e-5):
    """Group norm by torch, in float64."""
    import torch

    x, weight, bias = (tensor(each).double() for each in (x, weight, bias))
    return torch.nn.functional.group_norm(x, num_groups, weight, bias, eps).numpy()


@shows("group_norm", "each sample is normalized by itself: who else is in the batch is no matter")
def each_sample_by_itself(student, rng):
    x, (weight, bias) = pictures(rng), (np.ones(8), np.zeros(8))
    alone = student.group_norm(x[:1], 1, weight, bias, BIG_EPS)
    agree(alone, truth(x[:1], 1, weight, bias, BIG_EPS), "y of a sample alone")
    together = student.group_norm(x, 1, weight, bias, BIG_EPS)
    agree(together[:1], alone, "y of the same sample in a batch")


@shows("group_norm", "num_groups counts groups; channels that are neighbours form one")
def groups_of_neighbours(student, rng):
    x, (weight, bias) = pictures(rng), (np.ones(8), np.zeros(8))
    y = student.group_norm(x, 2, weight, bias, BIG_EPS)
    agree(y, truth(x, 2, weight, bias, BIG_EPS), "y")


@shows(
    "group_norm", "each channel has a weight and a bias; eps is inside the root, 1e-5 by default"
)
def weight_bias_and_eps(student, rng):
    x, (weight, bias) = pictures(rng, (2, 8, 3, 8)) / 50, affine(rng, 8)
    y = student.group_norm(x, 4, weight, bias)
    agree(y, truth(x, 4, weight, bias), "y")


@shows("group_norm", "rows and sequences work too; float32 stays float32, far from zero as well")
def other_shapes(student, rng):
    weight, bias = (each.astype(np.float32) for each in affine(rng, 8))
    for shape in ((5, 8), (2, 8, 5)):
        x = (pictures(rng, shape) + 4e3).astype(np.float32)
        y = student.group_norm(x, 2, weight, bias, 0.1)
        want = truth(x, 2, weight, bias, 0.1).astype(np.float32)
        agree(y, want, f"y of {len(shape)} axes", rtol=2e-2, atol=2e-2)


@shows("group_norm", "uneven groups are a ValueError, and a call leaves x as it was")
def uneven_groups_and_the_batch(student, rng):
    x, (weight, bias) = pictures(rng), affine(rng, 8)
    held = student.hold(x)
    y = student.group_norm(held, 4, weight, bias)
    agree(y, truth(x, 4, weight, bias), "y")
    agree(held.fetch(), x, "x after the call")
    refuses(lambda: student.group_norm(x, 3, weight, bias), "ValueError", "8 channels in 3 groups")
