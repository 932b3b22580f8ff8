"""How many independent values is one image worth, for the mean of a channel?

A mean over independent values has their variance divided by their number. So the variance of the
pixels, divided by the variance of the mean of an image, is the number of independent values that
the image is worth.
"""

from __future__ import annotations

import torch

from bnlab.kit.nets.data import digits
from book.experiments._shared.analysis import bootstrap_interval


def run(quick: bool) -> dict:
    """Independent values per image of 64 pixels, for the three filters of the notebook."""
    images = torch.from_numpy(digits().train_x[: 200 if quick else None]).double()
    edges = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]) / 8
    filters = {"brightness": torch.full((3, 3), 1.0), "upright": edges, "level": edges.T}
    return {
        name: _worth(torch.nn.functional.conv2d(images, each.double()[None, None], padding=1))
        for name, each in filters.items()
    } | {"images": len(images), "pixels": images[0].numel()}


def _worth(maps: torch.Tensor) -> dict[str, float]:
    """Return the number of independent values, and a bootstrap interval over images."""
    between = maps.mean(dim=(1, 2, 3)).numpy()
    pixels = float(maps.var(correction=0))
    low, high = bootstrap_interval(between, lambda means, axis: pixels / means.var(axis=axis))
    return {"values": pixels / float(between.var()), "low": low, "high": high}
