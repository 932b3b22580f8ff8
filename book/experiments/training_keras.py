"""Does Keras 3 itself give for the LeNet tutorial what our port to torch gives?

Layers, first weights, optimizer and running statistics are those of Keras, on its torch backend.
The arms and the rules of the verdicts are in `protocol.md`. Needs `pip install keras` beside the
requirements.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import torch
from torch import Tensor

from bnlab.kit.nets.data import batches, digits, mnist
from book import results
from book.experiments._shared.analysis import prediction_interval, summary
from book.experiments._shared.training import images_and_labels
from book.experiments._shared.trials import trials
from book.experiments.training_source import ARMS, BATCH, EPOCHS, Augment, as_bytes

os.environ.setdefault("KERAS_BACKEND", "torch")

SEEDS = range(2)
ENDPOINTS = {"first": 0, "final": -1}  # indices of epochs


def run(quick: bool) -> dict:
    """Accuracy in percent by epoch and arm, and whether it is that of the port."""
    setting: dict[str, Any] = {"data": "mnist", "epochs": EPOCHS}
    if quick:
        setting = {"data": "digits", "epochs": 2}
    curves = {arm: _curves(trials(measure, SEEDS, norm=arm, **setting)) for arm in ARMS}
    return {arm: _judged(arm, curves[arm]) for arm in ARMS} | {
        "accuracies": {arm: curves[arm].tolist() for arm in ARMS},
        "change": {
            name: summary((curves["before"] - curves["none"])[:, epoch])
            for name, epoch in ENDPOINTS.items()
        },
    }


def _curves(found: list[dict]) -> np.ndarray:
    """(seeds, epochs), test accuracy in percent."""
    return np.array([one["accuracy"] for one in found])


def _judged(arm: str, curves: np.ndarray) -> dict[str, dict]:
    """Runs of an arm beside the prediction intervals of the port, Bonferroni for all of them."""
    port = np.array(results.record("training_source")["results"][arm]["accuracies"])
    confidence = 1 - 0.05 / (len(SEEDS) * len(ARMS) * len(ENDPOINTS))
    judged: dict[str, dict] = {}
    for name, epoch in ENDPOINTS.items():
        low, high = prediction_interval(port[:, epoch], confidence)
        values = curves[:, epoch].tolist()
        judged[name] = {
            "runs": values,
            "port": {"low": low, "high": high, "confidence": confidence},
            "agrees": all(low <= value <= high for value in values),
        }
    return judged


def measure(seed: int, norm: str, data: str, epochs: int) -> dict[str, list[float]]:
    """Test accuracy in percent of one training, epoch by epoch."""
    images = as_bytes({"mnist": mnist, "digits": digits}[data]())
    test_x, test_y = images_and_labels(images)
    x, y = torch.as_tensor(images.train_x), torch.as_tensor(images.train_y)
    model, augment = network(norm, x.shape[-1], seed), Augment(seed)
    found = []
    for epoch in range(epochs):
        for part, labels in batches(x, y, BATCH, seed=(seed, epoch), drop_last=True):
            model.train_on_batch(augment(part), labels)
        found.append(100 * correct(model, test_x, test_y))
    return {"accuracy": found}


@torch.no_grad()
def correct(model: Any, x: Tensor, y: Tensor) -> float:
    """Share of images that a network recognizes in evaluation mode.

    `predict` of Keras calls NumPy in a way that NumPy 2 warns of.
    """
    answers = torch.cat([model(part, training=False) for part in x.split(1000)])
    return float(answers.argmax(1).eq(y).double().mean())


def network(norm: str, image: int, seed: int) -> Any:
    """The tutorial's LeNet of Keras' own layers, compiled with Adam, all at their defaults.

    Args:
        norm: "none", or "before" for batch norm in front of each ReLU.
        image: height and width of the images; below 10, the convolutions keep the size.
        seed: of Keras' first weights.
    """
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers

    def unit(layer: Any, axis: int) -> list[Any]:
        norms = [layers.BatchNormalization(axis=axis)] if norm == "before" else []
        return [layer, *norms, layers.ReLU()]

    first = {"data_format": "channels_first"}
    padding = "same" if image < 10 else "valid"
    model = keras.Sequential(
        [
            keras.Input((1, image, image)),
            *unit(layers.Conv2D(6, 3, padding=padding, **first), 1),
            layers.AveragePooling2D(2, **first),
            *unit(layers.Conv2D(16, 3, padding=padding, **first), 1),
            layers.AveragePooling2D(2, **first),
            layers.Flatten(),
            *unit(layers.Dense(120), -1),
            *unit(layers.Dense(84), -1),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(), loss="sparse_categorical_crossentropy")
    return model
