"""How exactly do a network with batch norm, its weights and its biases obey the invariances?

The network classifies digits; batch norm follows each of its hidden linear layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import digits

SEEDS = range(10)
SCALES = (0.01, 0.1, 1.0, 10.0, 100.0)
ROWS = 64


def run(quick: bool) -> dict:
    """Invariances without eps, with torch's eps, in evaluation, and without batch norm."""
    seeds = SEEDS[:2] if quick else SEEDS
    settings = {
        "live": {"eps": 1e-30},
        "eps": {"eps": 1e-5},
        "frozen": {"eps": 1e-5, "frozen": True},
        "none": {"norm": False},
    }
    return {name: _gather([measure(s, **each) for s in seeds]) for name, each in settings.items()}


def _gather(found: list[dict]) -> dict:
    columns = {name: [one[name] for one in found] for name in found[0]}
    return {
        name: {"mean": sum(values) / len(values), "max": max(values)}
        for name, values in columns.items()
    }


def measure(seed: int, norm: bool = True, eps: float = 1e-5, frozen: bool = False) -> dict:
    """Cosine of weight and gradient, size of the bias's gradient, and both when W is scaled."""
    torch.manual_seed(seed)
    model = _net(norm, eps)
    images = digits()
    x = torch.as_tensor(images.train_x[:ROWS]).double()
    y = torch.as_tensor(images.train_y[:ROWS])
    if frozen:
        model(x)  # running statistics of this batch, by momentum 1
        model.eval()
    first = model[1]
    weight = first.weight.detach().clone()
    dweight, dbias = _gradients(model, first, x, y)
    sizes, losses = {}, {}
    for scale in SCALES:
        with torch.no_grad():
            first.weight.copy_(scale * weight)
        sizes[scale] = scale * _gradients(model, first, x, y)[0].norm().item()
        losses[scale] = cross_entropy(model(x), y).item()
    here, loss = sizes[1.0], losses[1.0]
    rows = (dweight * weight).sum(1).abs() / dweight.norm(dim=1) / weight.norm(dim=1)
    results = {
        "cosine": rows[rows.isfinite()].mean().item(),
        "bias": (dbias.abs().max() / dweight.abs().max()).item(),
    }
    for scale in SCALES:
        results[f"product_{scale:g}"] = abs(sizes[scale] / here - 1)
        results[f"loss_{scale:g}"] = abs(losses[scale] / loss - 1)
    return results


def _net(norm: bool, eps: float) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in ((64, 100), (100, 100)):
        layers.append(nn.Linear(inputs, outputs))
        if norm:
            layers.append(nn.BatchNorm1d(outputs, eps=eps, momentum=1.0))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.Linear(100, 10)).double()


def _gradients(model: nn.Module, layer: nn.Linear, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
    return torch.autograd.grad(cross_entropy(model(x), y), (layer.weight, layer.bias))
