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
    # YOUR CODE HERE
    raise NotImplementedError()
