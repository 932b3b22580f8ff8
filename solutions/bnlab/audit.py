"""Write the test: one that tells right batch-norm layers from wrong ones.

Chapter: audit.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn


def audit(make_layer: Callable[..., nn.Module]) -> None:
    """Raise unless make_layer makes layers that behave like torch's batch norm.

    Args:
        make_layer: make_layer(num_features, eps=1e-5, momentum=0.1) gives a new layer that claims
            to be batch norm over (N, C) and (N, C, H, W), with parameters and buffers named
            as torch's.

    Returns:
        None.

    Raises:
        AssertionError: a layer differs from torch's, by more than rounding, in its output, its
            gradients, its state or what it does to its input; in training, in evaluation, or
            with the options or defaults it is made with.

    Source: torch, BatchNorm1d and BatchNorm2d.

    >>> class AnyRank(nn.BatchNorm2d):  # torch's own, for rows and for images
    ...     def _check_input_dim(self, x): ...
    >>> audit(AnyRank)
    """
    # BEGIN SOLUTION
    draw = torch.Generator().manual_seed(0)
    for kind, size, given in (nn.BatchNorm1d, (), ()), (nn.BatchNorm2d, (5, 2), (0.5, 0.7)):
        layer, truth = make_layer(3, *given).double(), kind(3, *given).double()
        nn.init.normal_(truth.weight, generator=draw)  # 1 and 0 would hide mistakes
        nn.init.normal_(truth.bias, generator=draw)
        layer.load_state_dict(truth.state_dict())
        for training in (True, True, False):
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=torch.float64)
            seen = []
            for each in (layer, truth):
                leaf = (x + 1e6).requires_grad_()  # far from zero: a variance may cancel
                y = each.train(training)(leaf)
                grads = torch.autograd.grad((y * dy).sum(), [leaf, each.weight, each.bias])
                seen.append([leaf, y, *grads, *each.state_dict().values()])
            torch.testing.assert_close(*seen, rtol=0, atol=1e-6)
    # END SOLUTION
