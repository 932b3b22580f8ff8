"""Small networks in three versions: no norm, norm before ReLU, norm after ReLU.

Networks with the same seed and sizes start from the same weights, whatever their norm, so a
difference between two versions is never a difference of luck at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import nn

MakeNorm = Callable[[int], nn.Module]

ORDERS = ("none", "before", "after")


def mlp(
    sizes: Sequence[int] = (64, 100, 100, 10),
    norm: str = "none",
    make_norm: MakeNorm | None = None,
    seed: int = 0,
) -> nn.Sequential:
    """Return a network of linear layers with ReLU between them; the last layer gives the logits.

    Args:
        sizes: inputs, hidden widths, classes; at least two numbers.
        norm: "none", "before" (the ReLU) or "after".
        make_norm: channels -> layer; None means `torch.nn.BatchNorm1d`.
        seed: of the weights.

    Returns:
        Module from (N, ...) with sizes[0] values a row to (N, sizes[-1]).

    Raises:
        ValueError: norm is none of the three.

    >>> mlp((64, 32, 10), norm="before")(torch.zeros(2, 1, 8, 8)).shape
    torch.Size([2, 10])
    """
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += _linear(inputs, outputs, norm, make_norm)
    layers.append(nn.Linear(sizes[-2], sizes[-1]))
    return _seeded(layers, seed)


def lenet(
    norm: str = "none",
    make_norm: MakeNorm | None = None,
    image: int = 28,
    classes: int = 10,
    seed: int = 0,
) -> nn.Sequential:
    """Return LeNet with 3x3 convolutions (6, 16) and a head of 120 and 84, for grey square images.

    Args:
        norm: "none", "before" (the ReLU) or "after"; on all four hidden layers.
        make_norm: channels -> layer, used after convolutions and linear layers alike; None means
            `torch.nn.BatchNorm2d` and `torch.nn.BatchNorm1d`.
        image: side of the image in pixels, at least 4. Below 10 the convolutions are padded,
            because without padding nothing would be left of an 8x8 digit.
        classes: number of logits.
        seed: of the weights.

    Returns:
        Module from (N, 1, image, image) to (N, classes).

    Raises:
        ValueError: norm is none of the three, or the image is too small.

    Source: LeCun et al. (1998), with the sizes of the Keras LeNet tutorial.

    >>> lenet("after")(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    >>> lenet("before", image=8)(torch.zeros(2, 1, 8, 8)).shape
    torch.Size([2, 10])
    """
    if image < 4:
        raise ValueError(f"lenet: image is {image}, expected at least 4.")
    padding = 1 if image < 10 else 0
    side = image
    layers: list[nn.Module] = []
    for inputs, outputs in ((1, 6), (6, 16)):
        layers += [*_conv(inputs, outputs, norm, make_norm, padding), nn.MaxPool2d(2)]
        side = (side - 2 + 2 * padding) // 2
    layers.append(nn.Flatten())
    for inputs, outputs in ((16 * side * side, 120), (120, 84)):
        layers += _linear(inputs, outputs, norm, make_norm)
    layers.append(nn.Linear(84, classes))
    return _seeded(layers, seed)


def convnet(
    norm: str = "none",
    make_norm: MakeNorm | None = None,
    stages: Sequence[Sequence[int]] = ((16,), (32,), (32,)),
    classes: int = 10,
    seed: int = 0,
) -> nn.Sequential:
    """Return padded 3x3 convolutions, followed by one mean per channel and a linear layer.

    Args:
        norm: "none", "before" (the ReLU) or "after".
        make_norm: channels -> layer; None means `torch.nn.BatchNorm2d`.
        stages: channels of the convolutions, stage by stage; a 2x2 max pool stands between stages.
        classes: number of logits.
        seed: of the weights.

    Returns:
        Module from (N, 1, H, W) to (N, classes).

    Raises:
        ValueError: norm is none of the three.

    >>> convnet("before", stages=((4, 4), (8, 8)))(torch.zeros(2, 1, 8, 8)).shape
    torch.Size([2, 10])
    """
    layers: list[nn.Module] = []
    inputs = 1
    for widths in stages:
        if layers:
            layers.append(nn.MaxPool2d(2))
        for outputs in widths:
            layers += _conv(inputs, outputs, norm, make_norm, padding=1)
            inputs = outputs
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes)]
    return _seeded(layers, seed)


def _conv(
    inputs: int, outputs: int, norm: str, make_norm: MakeNorm | None, padding: int
) -> list[nn.Module]:
    # A norm that follows directly subtracts any bias again.
    layer = nn.Conv2d(inputs, outputs, 3, padding=padding, bias=norm != "before")
    return _with_norm(layer, norm, make_norm or nn.BatchNorm2d, outputs)


def _linear(inputs: int, outputs: int, norm: str, make_norm: MakeNorm | None) -> list[nn.Module]:
    layer = nn.Linear(inputs, outputs, bias=norm != "before")
    return _with_norm(layer, norm, make_norm or nn.BatchNorm1d, outputs)


def _with_norm(layer: nn.Module, norm: str, make_norm: MakeNorm, channels: int) -> list[nn.Module]:
    if norm not in ORDERS:
        raise ValueError(f"models: norm is {norm!r}, expected one of {', '.join(ORDERS)}.")
    unit = [layer, nn.ReLU()]
    if norm != "none":
        unit.insert(ORDERS.index(norm), make_norm(channels))
    return unit


def _seeded(layers: list[nn.Module], seed: int) -> nn.Sequential:
    weighted = [layer for layer in layers if isinstance(layer, (nn.Conv2d, nn.Linear))]
    with torch.random.fork_rng(devices=[]):
        for index, layer in enumerate(weighted):
            # One stream per layer: a missing bias must not shift the weights of the next layer.
            torch.manual_seed(int(np.random.SeedSequence((seed, index)).generate_state(1)[0]))
            layer.reset_parameters()
    return nn.Sequential(*layers)
