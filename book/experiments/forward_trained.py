"""What have weight and bias become after training, and what do the outputs look like?"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from book.experiments._shared.analysis import summary
from book.experiments._shared.training import batch_norms, images_and_labels, trained
from book.experiments._shared.trials import trials

SEEDS = range(5)
SETTING = {"net": "lenet", "data": "mnist", "rows": 10_000}
RECIPE = {"epochs": 10, "lr": 0.1}
SHOWN = 2  # the batch norm behind the first linear layer
BINS, EDGE = 60, 6.0
"""Of the histograms, which go from -EDGE to EDGE."""


def run(quick: bool) -> dict:
    """Weights, biases and outputs of the batch norms of a trained LeNet, on the test images."""
    seeds, setting = SEEDS, SETTING
    if quick:
        seeds, setting = SEEDS[:2], SETTING | {"data": "digits", "rows": 640}
    found = trials(measure, seeds, **setting)
    outputs = [channel for one in found for layer in one["layers"] for channel in layer]
    weights, biases, means, sds = (
        np.array([channel[name] for channel in outputs])
        for name in ("weight", "bias", "mean", "sd")
    )
    return {
        "accuracy": summary([one["accuracy"] for one in found]),
        "channels": sum(map(len, found[0]["layers"])),
        "weight": _range(weights),
        "bias": _range(biases),
        "mean": _range(means),
        "sd": _range(sds),
        "negative_weights": int((weights < 0).sum()),
        "near_standard": float(((abs(means) < 0.1) & (abs(sds - 1) < 0.1)).mean()),
        "layers": found[0]["layers"],
        "histograms": found[0]["histograms"],
        "edge": EDGE,
    }


def _range(values: np.ndarray) -> dict[str, float]:
    return {
        "min": float(values.min()),
        "median": float(np.median(values)),
        "max": float(values.max()),
    }


def measure(seed: int, net: str, data: str, rows: int) -> dict[str, Any]:
    """Weight, bias, and mean and standard deviation of the output, for each channel."""
    model, images = trained(seed, "before", net=net, data=data, rows=rows, **RECIPE)
    x, y = images_and_labels(images)
    outputs: list[torch.Tensor] = []
    for layer in batch_norms(model):
        layer.register_forward_hook(lambda _module, _inputs, output: outputs.append(output))
    with torch.no_grad():
        accuracy = 100 * float((model.eval()(x).argmax(1) == y).double().mean())
    layers = [
        [
            {
                "weight": layer.weight[c].item(),
                "bias": layer.bias[c].item(),
                "mean": output[:, c].mean().item(),
                "sd": output[:, c].std(correction=0).item(),
            }
            for c in range(output.shape[1])
        ]
        for layer, output in zip(batch_norms(model), outputs, strict=True)
    ]
    order = np.argsort([channel["bias"] for channel in layers[SHOWN]])
    shown = order[[0, len(order) // 2, -1]]
    edges = np.linspace(-EDGE, EDGE, BINS + 1)
    histograms = [
        layers[SHOWN][c] | {"share": _shares(outputs[SHOWN][:, c].double().numpy(), edges)}
        for c in shown
    ]
    return {"accuracy": accuracy, "layers": layers, "histograms": histograms}


def _shares(values: np.ndarray, edges: np.ndarray) -> list[float]:
    counts, _ = np.histogram(values, edges)
    return (counts / values.size).tolist()
