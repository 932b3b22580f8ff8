"""By how much does a folded network differ from the network it was made of?"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from book.experiments._shared.analysis import summary
from book.experiments._shared.training import images_and_labels, trained
from book.experiments._shared.trials import trials

SEEDS = range(10)
NETS = {
    "lenet": {"net": "lenet", "data": "mnist", "rows": 10_000, "epochs": 1},
    "convnet": {"net": "convnet", "data": "digits", "rows": 1297, "epochs": 5},
}
ADAM = {"lr": 1e-3, "optimizer": "adam"}
FUSE = {nn.Conv2d: fuse_conv_bn_eval, nn.Linear: fuse_linear_bn_eval}


def run(quick: bool) -> dict:
    """Largest difference of the logits, over all test images and seeds."""
    seeds, names = (SEEDS[:2], ["convnet"]) if quick else (SEEDS, list(NETS))
    found = {name: trials(measure, seeds, **NETS[name]) for name in names}
    return {name: gather(column) for name, column in found.items()} | {"border": border()}


def gather(found: list[dict]) -> dict:
    """The worst over seeds, and the mean difference of the predictions."""
    return {
        "images": found[0]["images"],
        **{
            dtype: {
                "worst": max(one[dtype]["difference"] for one in found),
                "difference": summary([one[dtype]["difference"] for one in found]),
                "changed": sum(one[dtype]["changed"] for one in found),
            }
            for dtype in ("float32", "float64")
        },
    }


def measure(seed: int, **setting: object) -> dict:
    """Largest difference of the logits, in units of the largest logit, and changed predictions."""
    model, images = trained(seed, "before", **setting, **ADAM)
    x, _ = images_and_labels(images)
    found: dict = {"images": len(x)}
    for dtype in (torch.float32, torch.float64):
        whole = copy.deepcopy(model).to(dtype).eval()
        with torch.no_grad():
            a, b = (net(x.to(dtype)) for net in (whole, folded(whole)))
        found[str(dtype).removeprefix("torch.")] = {
            "difference": ((a - b).abs().max() / a.abs().max()).item(),
            "changed": (a.argmax(1) != b.argmax(1)).sum().item(),
        }
    return found


def folded(model: nn.Sequential) -> nn.Sequential:
    """A network in evaluation whose batch norms are merged by torch into the layers before them."""
    layers: list[nn.Module] = []
    for layer in model:
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layers[-1] = FUSE[type(layers[-1])](layers[-1], layer)
        else:
            layers.append(layer)
    return nn.Sequential(*layers).eval()


@torch.no_grad()
def border() -> dict[str, float]:
    """Error of merging a batch norm into the convolution after it, which pads with zeros.

    In units of the largest output, at pixels that see the padding and at pixels that do not.
    """
    draw = torch.Generator().manual_seed(0)
    norm = nn.BatchNorm2d(3).double().eval()
    conv = nn.Conv2d(3, 4, 3, padding=1).double()
    for tensor in (norm.weight, norm.bias, norm.running_mean, conv.weight, conv.bias):
        nn.init.normal_(tensor, generator=draw)
    x = torch.randn(8, 3, 9, 9, dtype=torch.float64, generator=draw)
    error = (merged_with_next(norm, conv)(x) - conv(norm(x))).abs() / conv(norm(x)).abs().max()
    inside = error[..., 1:-1, 1:-1].max().item()
    return {"inside": inside, "at_the_border": error.max().item()}


def merged_with_next(norm: nn.Module, conv: nn.Conv2d) -> nn.Conv2d:
    """A convolution that does the work of the norm before it, wherever no zero is padded."""
    blank = torch.zeros(1, conv.in_channels, 1, 1, dtype=conv.weight.dtype)
    at_zero: Tensor = norm(blank)
    slope = norm(blank + 1) - at_zero
    merged = copy.deepcopy(conv)
    merged.weight.copy_(conv.weight * slope)
    merged.bias.copy_(conv.bias + (conv.weight * at_zero).sum((1, 2, 3)))
    return merged
