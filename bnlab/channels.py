"""Batch normalization of images: one mean and one variance for each channel.

Chapter: channels.
"""

from __future__ import annotations

import torch


def channel_moments(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean and the variance of each channel of a batch of images.

    Args:
        x: (N, C, H, W), floating and finite, in any memory format; it stays as it is.
            Statistics of half precision (float16, bfloat16) are computed in float32 or wider.

    Returns:
        mean: (C,), dtype of x.
        var: (C,), dtype of x, divided by N * H * W (not by N, and not by N * H * W - 1).
            It is accurate far from zero too, where no digit would be left of E[x^2] - E[x]^2.

    Source: ioffe2015, section 3.2.

    >>> x = torch.tensor([[[[1.0, 3.0]], [[5.0, 5.0]]], [[[1.0, 3.0]], [[7.0, 7.0]]]])
    >>> channel_moments(x)
    (tensor([2., 6.]), tensor([1., 1.]))
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def batch_norm_2d(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float = 1e-5
) -> torch.Tensor:
    """Return the output of batch normalization in training, differentiable by autograd.

    Args:
        x: (N, C, H, W), floating and finite, in any memory format.
            Statistics of half precision (float16, bfloat16) are computed in float32 or wider.
        weight: (C,), floating, of x's dtype or another.
        bias: (C,), like weight. None of the three is changed, nor its requires_grad.
        eps: added to the variance, inside the root; may be 0.

    Returns:
        (N, C, H, W), dtype and device of x.

    Source: ioffe2015, section 3.2.

    >>> x = torch.tensor([[[[1.0, 3.0]], [[5.0, 5.0]]], [[[1.0, 3.0]], [[7.0, 7.0]]]])
    >>> y = batch_norm_2d(x, weight=torch.tensor([2.0, 1.0]), bias=torch.tensor([0.0, 3.0]), eps=0)
    >>> y[0]
    tensor([[[-2.,  2.]],
    <BLANKLINE>
            [[ 2.,  2.]]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()
