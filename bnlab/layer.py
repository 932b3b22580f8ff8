"""Batch normalization as a module: parameters, buffers and two modes.

Chapter: layer.
"""

from __future__ import annotations

import torch
from torch import nn


class BatchNorm(nn.Module):
    """Batch normalization over (N, C), (N, C, L) or (N, C, H, W), with the state of torch's layers.

    Args:
        num_features: C, the number of channels.
        eps: added to the variance, inside the root.
        momentum: weight of the new statistic (not of the old one), 0 to 1;
            None: the running statistics are the plain average over all batches so far.

    Source: ioffe2015, Algorithm 2; torch, BatchNorm1d.

    >>> list(BatchNorm(3).state_dict())
    ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalize x, in training with its own statistics, in evaluation with the running ones.

        In training it calls self.track once with the mean and the biased variance of the batch,
        and leaves the running statistics and the count to it.

        Args:
            x: (N, C), (N, C, L) or (N, C, H, W), floating, in any memory format; it stays as it is.
                Statistics of half precision (float16, bfloat16) are computed in float32 or wider,
                and track gets them so.

        Returns:
            The shape, dtype and device of x, whatever the dtype of the layer.

        Raises:
            ValueError: in training, where x has one value per channel; nothing is tracked then.

        >>> layer = BatchNorm(1, eps=0.0)
        >>> layer(torch.tensor([[1.0], [3.0]])).flatten().tolist()
        [-1.0, 1.0]
        >>> layer.eval()(torch.tensor([[0.2]])).shape
        torch.Size([1, 1])
        """
        # YOUR CODE HERE
        raise NotImplementedError()

    @torch.no_grad()
    def track(self, mean: torch.Tensor, var: torch.Tensor, n: int) -> None:
        """Update the running statistics with one more batch, in place.

        This depends neither on the mode nor on the values: a nan is taken in like any other.

        Args:
            mean: (C,), floating; mean of the batch.
            var: (C,), floating; biased variance of the batch, divided by n.
                The running variance takes the unbiased one, divided by n - 1.
            n: values per channel, at least 2.

        >>> layer = BatchNorm(1, momentum=0.5)
        >>> layer.track(torch.tensor([2.0]), torch.tensor([3.0]), n=4)
        >>> layer.running_mean, layer.running_var, layer.num_batches_tracked
        (tensor([1.]), tensor([2.5000]), tensor(1))
        """
        # YOUR CODE HERE
        raise NotImplementedError()
