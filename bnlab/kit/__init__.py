"""The supplied half of `bnlab`: data, models, the training loop, plots and `check`.

Names are imported when they are first used, so that NumPy work never waits for torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "progress": "desk.overview", "submit": "desk.submitting",
    "check": "tutor.checking", "hint": "tutor.hints", "chapter": "tutor.library",
    "play": "tutor.game",
    "digits": "networks.data", "mnist": "networks.data", "fashion_mnist": "networks.data",
    "batches": "networks.data", "device": "networks.devices",
    "mlp": "networks.models", "lenet": "networks.models", "convnet": "networks.models",
    "fit": "networks.train", "accuracy": "networks.train",
    "plot_moments": "networks.plots", "plot_histories": "networks.plots",
    "plot_running": "networks.plots", "plot_intervals": "networks.plots",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"kit: name is {name!r}, expected one of {', '.join(_HOMES)}.")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
