"""Layers to practise an audit on: two are right, each of the others is wrong in one way.

Every layer is torch's own with one thing changed, and keeps torch's names for its state.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class AnyRank(nn.BatchNorm2d):
    """A right layer: torch's own layer, for rows (N, C) and for images (N, C, H, W)."""

    def _check_input_dim(self, x: torch.Tensor) -> None:
        """Torch has one class for each number of axes; this layer takes any number."""


class RowsReversed(AnyRank):
    """A right layer: it takes the rows from last to first, and so rounds differently."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.flip(0)).flip(0)


class SampleVariance(AnyRank):
    """Normalizes with the unbiased variance, where eps does not matter."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = super().forward(x)
        if not self.training:
            return y
        n = x.numel() // x.shape[1]
        return (y - _along(x, self.bias)) * ((n - 1) / n) ** 0.5 + _along(x, self.bias)


class FixedOptions(AnyRank):
    """Ignores the eps and the momentum it is made with."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features)


class BatchInEvaluation(AnyRank):
    """Uses the statistics of the batch in evaluation too."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            return super().forward(x)
        wide = x.detach().to(self.weight.dtype)
        var, mean = torch.var_mean(wide, [0, *range(2, x.ndim)], correction=0)
        return F.batch_norm(x, mean, var, self.weight, self.bias, False, 0.0, self.eps)


class ReversedMomentum(AnyRank):
    """Reads momentum as the weight of the old value."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, 1 - momentum)


class PixelByPixel(AnyRank):
    """Gives every pixel of a channel statistics of its own."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = super().forward(x)
        if not self.training or x.ndim == 2:
            return y
        pixels = x.flatten(1)  # (N, C, H, W) -> (N, C H W)
        xhat = F.batch_norm(pixels, None, None, training=True, eps=self.eps).reshape(x.shape)
        return _along(x, self.weight) * xhat + _along(x, self.bias)


class ConstantStatistics(AnyRank):
    """Sends no gradient through the mean and the variance of the batch."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = super().forward(x)
        if not self.training:
            return y
        with torch.no_grad():
            fresh = AnyRank(self.num_features, momentum=1.0).to(x)
            fresh(x)
            n = x.numel() // x.shape[1]
            var = fresh.running_var * (n - 1) / n
        args = fresh.running_mean, var, self.weight, self.bias
        return F.batch_norm(x, *args, False, 0.0, self.eps)


RIGHT = AnyRank, RowsReversed
WRONG = (
    SampleVariance, FixedOptions, BatchInEvaluation, ReversedMomentum, PixelByPixel,
    ConstantStatistics,
)  # fmt: skip


def _along(x: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    return value.reshape(-1, *[1] * (x.ndim - 2))  # (C,) -> (C, 1, 1) for images
