"""Write the test: one that tells right batch-norm layers from wrong ones.

Chapter: audit.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn


# BEGIN SOLUTION
def noticed(layer, training, x, dy):
    """Return all that a user of a layer can notice in one step."""
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads, *layer.state_dict().values()]


def refuses(layer, one):
    """Return whether training on one value per channel is a ValueError."""
    try:
        layer.train()(one)
    except ValueError:
        return True
    return False


STEPS = (True, True, False)
"""Training on two batches, which differ, and evaluation."""
PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1e6, 1e-6),  # far from zero: a variance may cancel
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float32, 0, 1e-4),
)
"""Torch's layer, the size of an image, the options, dtype and centre of x, and the tolerance."""
# END SOLUTION


def audit(make_layer: Callable[..., nn.Module]) -> None:
    """Raise unless make_layer makes layers that behave like torch's batch norm.

    Args:
        make_layer: make_layer(num_features, eps=1e-5, momentum=0.1) gives a new layer that claims
            to be batch norm over (N, C) and (N, C, H, W) in any floating dtype, with parameters
            and buffers named and ordered as torch's; momentum may be None, as in torch. One that is
            wrong is wrong in all channels, for rows or images of every size, with options for both.

    Returns:
        None, after 0.3 s or less: the check and the grader call it for many layers. Torch's random
        state, default dtype and gradient mode are as before the call.

    Raises:
        AssertionError: a layer differs from torch's, by more than rounding: in its state, fresh
            or later, values or names; in its output, its gradients or what it does to its input,
            near zero or far from it (a mean of 1e6 in float64), in training or in evaluation, with
            the options or defaults it is made with; in the dtype of its output; or in that training
            refuses one value per channel, one row or one pixel, with a ValueError.
        Exception: whatever else a layer raises where torch's does not.

    Source: torch, BatchNorm1d and BatchNorm2d.

    >>> class AnyRank(nn.BatchNorm2d):  # torch's own, for rows and for images
    ...     def _check_input_dim(self, x): ...
    >>> audit(AnyRank)
    """
    # BEGIN SOLUTION
    draw = torch.Generator().manual_seed(0)
    for kind, size, given, dtype, centre, atol in PROBES:
        layer, truth = make_layer(3, *given), kind(3, *given)
        torch.testing.assert_close(layer.state_dict(), truth.state_dict())
        for parameter in truth.parameters():
            nn.init.normal_(parameter, generator=draw)  # 1 and 0 would hide mistakes
        layer.load_state_dict(truth.state_dict())
        pair = layer.to(dtype), truth.to(dtype)
        for training in STEPS:
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            torch.testing.assert_close(*seen, rtol=0, atol=atol)
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
    # END SOLUTION
