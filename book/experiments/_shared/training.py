"""Trained networks of the experiments: arms with the same seed differ in one thing only."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from bnlab.kit.nets.data import Dataset, digits, fashion_mnist, mnist
from bnlab.kit.nets.models import convnet, lenet, mlp
from bnlab.kit.nets.train import fit
from book.experiments._shared.residual import resnet

# Read once: a set of 60000 images takes longer to read than a small network to train.
DATA = {
    "digits": functools.cache(digits),
    "mnist": functools.cache(mnist),
    "fashion": functools.cache(fashion_mnist),
}
NETS = {"convnet": convnet, "lenet": lenet, "mlp": mlp, "resnet": resnet}
HE = 6**0.5  # times torch's default weights: the initialization of He et al. for ReLU networks


def start(
    seed: int,
    norm: str,
    *,
    net: str,
    data: str,
    rows: int,
    test_rows: int | None = None,
    stages: Any = None,
    sizes: Any = None,
    gain: float | None = None,
) -> tuple[nn.Module, Dataset]:
    """A network before its training, and the data it is to be trained on.

    Args:
        seed: of the weights, which are the same for every norm.
        norm: "none", "before" or "after" (the ReLU); a resnet also knows "preact".
        net: "convnet", "lenet", "mlp" or "resnet"; the image size of LeNet follows the data.
        data: "digits", "mnist" or "fashion".
        rows: training images, taken from the first.
        test_rows: test images, None for all.
        stages: of a convnet, None for its default.
        sizes: of an MLP, None for its default.
        gain: factor on the weights of all layers but the last, whose biases then start at 0;
            None for torch's default.
    """
    images = DATA[data]().head(rows, test_rows)
    shape: dict[str, Any] = {"image": images.train_x.shape[-1]} if net == "lenet" else {}
    if stages is not None:
        shape["stages"] = stages
    if sizes is not None:
        shape["sizes"] = sizes
    model = NETS[net](norm=norm, seed=seed, **shape)
    if gain is not None:
        scale(model, gain)
    return model, images


@torch.no_grad()
def scale(model: nn.Module, gain: float) -> None:
    """Multiply the weights of all layers but the last, in place; their biases become 0."""
    *hidden, _ = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    for layer in hidden:
        layer.weight *= gain
        if layer.bias is not None:
            layer.bias.zero_()


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


def follow(
    model: nn.Module, make: dict[str, Callable[[nn.Module], nn.Module]]
) -> dict[str, list[nn.Module]]:
    """For each name, one follower of each batch norm of the model, in order.

    A follower sees the batches that its layer sees in training, and keeps its own statistics.

    Args:
        model: its batch norms get a hook.
        make: from a copy of a layer to its follower.
    """
    followers: dict[str, list[nn.Module]] = {name: [] for name in make}
    for layer in batch_norms(model):
        # All copies are made before the hook: a copy of a layer has the layer's hooks.
        copies = {name: each(copy.deepcopy(layer).train()) for name, each in make.items()}
        layer.register_forward_pre_hook(_shown_to(list(copies.values())))
        for name, follower in copies.items():
            followers[name].append(follower)
    return followers


def _shown_to(followers: list[nn.Module]) -> Callable[[nn.Module, tuple[Tensor]], None]:
    @torch.no_grad()
    def hook(layer: nn.Module, inputs: tuple[Tensor]) -> None:
        if layer.training:
            for follower in followers:
                follower(inputs[0])

    return hook


@torch.no_grad()
def percent_correct(model: nn.Module, x: Tensor, y: Tensor, size: int, training: bool) -> float:
    """Accuracy in percent when images arrive in batches of `size`.

    With `training` the batch statistics normalize, on a copy of the model: its buffers stay.
    """
    judged = copy.deepcopy(model).train(training)
    batches = zip(x.split(size), y.split(size), strict=True)
    return 100 * sum((judged(a).argmax(1) == b).sum().item() for a, b in batches) / len(y)
