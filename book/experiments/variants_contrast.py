"""What does a change of contrast do to a network with batch norm, and with norms per sample?"""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import convnet
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
CONTRASTS = (0.1, 0.3, 1.0, 3.0)
NORMS: dict[str, tuple[str, Callable[[int], nn.Module] | None]] = {
    "batch": ("before", None),
    "layer": ("before", lambda channels: nn.GroupNorm(1, channels)),
    "group": ("before", lambda channels: nn.GroupNorm(4, channels)),
    "instance": ("before", lambda channels: nn.GroupNorm(channels, channels)),
}


def run(quick: bool) -> dict:
    """Accuracy in percent per norm and contrast of the test images."""
    seeds = SEEDS[:2] if quick else SEEDS
    found = {norm: trials(measure, seeds, norm=norm) for norm in NORMS}
    columns = {
        norm: {name: [one[name] for one in rows] for name in rows[0]}
        for norm, rows in found.items()
    }
    return {
        norm: {name: summary(values) for name, values in each.items()}
        | {"minus_batch": comparison(columns["batch"]["c1"], each["c1"])}
        for norm, each in columns.items()
    }


def measure(seed: int, norm: str) -> dict[str, float]:
    """Accuracies in percent of one net of three convolutions, on test images times a factor."""
    order, make_norm = NORMS[norm]
    data = digits()
    model = convnet(order, make_norm=make_norm, seed=seed)
    fit(
        model,
        data,
        epochs=5,
        lr=0.05,
        seed=seed,
        device="cpu",
        progress=False,
        schedule=lambda done: 1 - done,
    )
    return {
        f"c{contrast:g}": 100 * accuracy(model, data.test_x * contrast, data.test_y)
        for contrast in CONTRASTS
    }
