"""Write the test: one that tells right batch-norm layers from wrong ones.

Chapter: audit.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn


def audit(make_layer: Callable[..., nn.Module]) -> None:
    """None, where make_layer makes layers that do what torch's batch norm does.

    Args:
        make_layer: make_layer(num_features, eps=1e-5, momentum=0.1) gives a new layer that claims
            to be batch norm over (N, C) and (N, C, H, W), with parameters and buffers named
            as torch's.

    Returns:
        None.

    Raises:
        AssertionError: a layer differs from torch's in its output, its gradients or its state,
            in training or in evaluation, or it does not run.

    Source: torch, BatchNorm1d and BatchNorm2d.

    >>> audit(nn.Linear)
    Traceback (most recent call last):
    AssertionError: audit: Linear.__init__() got an unexpected keyword argument 'eps'
    """

    # BEGIN SOLUTION
    def observe(make, shape, momentum):
        draw, layer = torch.Generator().manual_seed(0), make(3, eps=0.5, momentum=momentum).double()
        nn.init.normal_(layer.weight, generator=draw)  # at 1 it would hide mistakes
        for training in (True, True, False):
            x, dy = torch.randn(2, *shape, generator=draw, dtype=torch.float64).requires_grad_()
            y = layer.train(training)(x)
            gradients = torch.autograd.grad(y, [x, layer.weight, layer.bias], dy)
            yield x, y, gradients, {name: s.clone() for name, s in layer.state_dict().items()}

    cases = ((4, 3), nn.BatchNorm1d, 0.7), ((4, 3, 2, 2), nn.BatchNorm2d, None)
    for shape, oracle, momentum in cases:
        try:
            seen, expected = (list(observe(make, shape, momentum)) for make in (make_layer, oracle))
            torch.testing.assert_close(seen, expected)
        except Exception as error:  # a layer that does not run is wrong too
            raise AssertionError(f"audit: {error}") from error
    # END SOLUTION
