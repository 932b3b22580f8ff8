"""Batch norm before or after the activation: build both, evaluate them, compare them.

Chapter: placement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from scipy import stats
from torch import nn


def conv_block(in_channels: int, out_channels: int, order: str) -> nn.Sequential:
    """Return a 3x3 convolution that keeps the image size, a ReLU, and perhaps a batch norm.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        order: where batch norm stands: "none" for nowhere, "before" or "after" the ReLU.

    Returns:
        Conv2d, BatchNorm2d and ReLU in that order, new in each call, with torch's defaults and
        first weights (the ReLU may work in place); the convolution has no bias where batch norm
        would remove it (and only there).

    Raises:
        ValueError: another order; "Before" is one.

    Source: ioffe2015, section 3.2.

    >>> [type(module).__name__ for module in conv_block(3, 8, order="none")]
    ['Conv2d', 'ReLU']
    """
    # BEGIN SOLUTION
    tails = {
        "none": [nn.ReLU()],
        "before": [nn.BatchNorm2d(out_channels), nn.ReLU()],
        "after": [nn.ReLU(), nn.BatchNorm2d(out_channels)],
    }
    if order not in tails:
        raise ValueError(f"conv_block: order is {order!r}, expected one of {', '.join(tails)}.")
    # The mean takes a constant away, but not through the bend of a ReLU.
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    return nn.Sequential(conv, *tails[order])
    # END SOLUTION


def evaluate(model: nn.Module, batches: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """Return the accuracy of a classifier, in evaluation mode and without gradients.

    Args:
        model: gives scores (N, classes), which may be close to each other. The mode of every
            module, hooks, gradients, requires_grad and torch's gradient mode, on or off, are as
            before after the call.
        batches: pairs (x, label), label (N,) int64, on the model's device; they come once, one
            pair at least, and N may differ.

    Returns:
        The share of all images that are right, from 0 to 1 (not the mean over batches), at least
        in single precision: a float, or a NumPy scalar or tensor without axes.

    Source: ioffe2015, section 3.1.

    >>> scores = torch.tensor([[2.0, 1.0], [0.0, 3.0]])
    >>> evaluate(nn.Identity(), [(scores, torch.tensor([0, 1])), (scores[:1], torch.tensor([1]))])
    0.6666666666666666
    """
    # BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    correct = total = 0
    with torch.no_grad():
        for x, label in batches:
            correct += int((model(x).argmax(dim=1) == label).sum())
            total += len(label)
    for module, training in modes:
        module.training = training
    return correct / total
    # END SOLUTION


def paired_interval(
    a: Sequence[float], b: Sequence[float], confidence: float = 0.95
) -> tuple[float, float]:
    """Return Student's confidence interval of the mean of b - a, pair by pair.

    Args:
        a: results of one variant, one for each seed, floating or signed integers; a list, a tuple
            or an array (n,).
        b: results of the other, for the same seeds in the same order.
        confidence: between 0 and 1.

    Returns:
        low, high: the ends of the interval; both are the difference where all pairs have the same.

    Raises:
        ValueError: the lengths differ, or there are fewer than two pairs.

    Source: student1908.

    >>> paired_interval([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], confidence=0.5)
    (1.5285954792089682, 2.471404520791032)
    """
    # BEGIN SOLUTION
    if len(b) != len(a):
        raise ValueError(f"paired_interval: length of b is {len(b)}, expected that of a, {len(a)}.")
    if len(a) < 2:
        raise ValueError(f"paired_interval: number of pairs is {len(a)}, expected at least 2.")
    difference = np.subtract(b, a, dtype=np.float64)
    error = difference.std(ddof=1) / np.sqrt(len(a))
    reach = stats.t.ppf((1 + confidence) / 2, df=len(a) - 1) * error
    return float(difference.mean() - reach), float(difference.mean() + reach)
    # END SOLUTION
