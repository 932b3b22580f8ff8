"""What does one image get as an answer, in changing company, in training and in evaluation mode?"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn

from book.experiments._shared.training import images_and_labels, trained

SEEDS = range(1)  # an illustration: one network, whose answers the reader looks at one by one
CONVNET = {"net": "convnet", "data": "digits", "rows": 1297, "epochs": 20, "lr": 3e-3}
COMPANIES = {"one": (1, False), "seven": (7, False), "many": (31, False), "alike": (31, True)}
DRAWS = 6
LEVELS = 16  # of grey, in the digits of scikit-learn


def run(quick: bool) -> dict:
    """For the first test image of each digit: its answer alone, and in each drawn company."""
    setting = CONVNET | ({"epochs": 1} if quick else {})
    model, images = trained(SEEDS[0], "before", optimizer="adam", **setting)
    x, y = images_and_labels(images)
    rng = np.random.default_rng(SEEDS[0])
    chosen = [int(np.flatnonzero(y.numpy() == digit)[0]) for digit in range(2 if quick else 10)]
    return {"images": [told(model, x, y, index, rng) for index in chosen]}


def told(model: nn.Module, x: Tensor, y: Tensor, index: int, rng: np.random.Generator) -> dict:
    """One image: its label, its grey levels, and the percentages the network gives each digit."""
    companies = {
        name: [meet(model, x, y, index, draw(y, index, others, alike, rng)) for _ in range(DRAWS)]
        for name, (others, alike) in COMPANIES.items()
    }
    grey = x[index].flatten()
    return {
        "label": int(y[index]),
        "pixels": ((grey - grey.min()) / (grey.max() - grey.min()) * LEVELS).round().int().tolist(),
        "alone": percentages(model, x[index : index + 1], training=False),
        "companies": companies,
    }


def draw(y: Tensor, index: int, others: int, alike: bool, rng: np.random.Generator) -> np.ndarray:
    """Indices of other test images, of the same digit only where `alike`."""
    allowed = (y == y[index]).numpy() if alike else np.ones(len(y), bool)
    allowed[index] = False
    return rng.choice(np.flatnonzero(allowed), others, replace=False)


def meet(model: nn.Module, x: Tensor, y: Tensor, index: int, company: np.ndarray) -> dict:
    """Labels of the company, and what the image is told in it, in training mode."""
    batch = x[[index, *company]]
    return {"labels": y[company].tolist(), "told": percentages(model, batch, training=True)}


@torch.no_grad()
def percentages(model: nn.Module, batch: Tensor, training: bool) -> list[float]:
    """Softmax of the first image of a batch, in percent; the model's buffers stay."""
    logits = copy.deepcopy(model).train(training)(batch)[0]
    return [round(100 * share, 1) for share in logits.softmax(0).tolist()]
