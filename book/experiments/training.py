"""Trained networks of the experiments: arms with the same seed differ in one thing only."""

from __future__ import annotations

import copy
import functools
import inspect
from typing import Any

import torch
from torch import Tensor, nn

from bnlab.kit.data import Dataset, digits, fashion_mnist, mnist
from bnlab.kit.models import convnet, lenet
from bnlab.kit.train import fit

# Read once: a set of 60000 images takes longer to read than a small network to train.
DATA = {
    "digits": functools.cache(digits),
    "mnist": functools.cache(mnist),
    "fashion": functools.cache(fashion_mnist),
}
NETS = {"convnet": convnet, "lenet": lenet}


def start(
    seed: int,
    norm: str,
    *,
    net: str,
    data: str,
    rows: int,
    test_rows: int | None = None,
    stages: Any = None,
) -> tuple[nn.Module, Dataset]:
    """A network before its training, and the data it is to be trained on.

    Args:
        seed: of the weights, which are the same for every norm.
        norm: "none", "before" or "after" (the ReLU).
        net: "convnet" or "lenet"; the image size of LeNet follows the data.
        data: "digits", "mnist" or "fashion".
        rows: training images, taken from the first.
        test_rows: test images, None for all.
        stages: of a convnet, None for its default.
    """
    images = DATA[data]().head(rows, test_rows)
    shape: dict[str, Any] = {"image": images.train_x.shape[-1]} if net == "lenet" else {}
    if stages is not None:
        shape["stages"] = stages
    return NETS[net](norm, seed=seed, **shape), images


def train(model: nn.Module, images: Dataset, seed: int, **recipe: Any) -> None:
    """Train in place; the seed fixes the order of the batches."""
    fit(model, images, seed=seed, device="cpu", progress=False, **recipe)


def trained(seed: int, norm: str, **setting: Any) -> tuple[nn.Module, Dataset]:
    """A trained network and its data; what `start` does not take goes to `fit`."""
    known = inspect.signature(start).parameters
    model, images = start(seed, norm, **{k: v for k, v in setting.items() if k in known})
    train(model, images, seed, **{k: v for k, v in setting.items() if k not in known})
    return model, images


def images_and_labels(images: Dataset) -> tuple[Tensor, Tensor]:
    """Test images (N, 1, H, W) and labels (N,)."""
    return torch.as_tensor(images.test_x), torch.as_tensor(images.test_y)


def batch_norms(model: nn.Module) -> list[nn.Module]:
    """Batch norm layers of a model, in order."""
    return [m for m in model.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]


@torch.no_grad()
def percent_correct(model: nn.Module, x: Tensor, y: Tensor, size: int, training: bool) -> float:
    """Accuracy in percent when images arrive in batches of `size`.

    With `training` the batch statistics normalize, on a copy of the model: its buffers stay.
    """
    judged = copy.deepcopy(model).train(training)
    batches = zip(x.split(size), y.split(size), strict=True)
    return 100 * sum((judged(a).argmax(1) == b).sum().item() for a, b in batches) / len(y)
