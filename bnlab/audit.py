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
    # YOUR CODE HERE
    raise NotImplementedError()
