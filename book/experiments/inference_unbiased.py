"""By how much do training and evaluation differ when the running variance is the unbiased one?

With momentum 1 the running statistics are those of the last batch, which is then normalized twice:
in training by its biased variance, in evaluation by its unbiased one.
With eps = 0 every output in evaluation is sqrt((n - 1) / n) times the output in training.
"""

from __future__ import annotations

import math

import torch
from torch import nn

SEEDS = range(1)
SIZES = (2, 4, 8, 32, 128)


def run(quick: bool) -> dict:
    """Ratio of evaluation to training for each number n of values per feature."""
    return {f"n{n}": ratio(n) for n in SIZES}


def ratio(n: int) -> dict[str, float]:
    """Predicted ratio, and the largest relative error of any output of a batch of n rows."""
    x = torch.randn(n, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(SEEDS[0]))
    # torch refuses eps = 0 in training; this one is below the rounding of the variance.
    layer = nn.BatchNorm1d(5, eps=1e-30, momentum=1.0).double()
    in_training = layer(x)
    in_evaluation = layer.eval()(x)
    predicted = math.sqrt((n - 1) / n)
    error = in_evaluation / in_training / predicted - 1
    return {"predicted": predicted, "error": error.abs().max().item()}
