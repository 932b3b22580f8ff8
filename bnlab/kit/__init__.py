"""The supplied half of `bnlab`: data, models, the training loop, plots and `check`.

Names are imported when they are first used, so that NumPy work never waits for torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "check": "checking", "hint": "hints", "progress": "overview", "submit": "submitting",
    "chapter": "library",
    "digits": "data", "mnist": "data", "fashion_mnist": "data", "batches": "data",
    "device": "devices",
    "play": "game",
    "mlp": "models", "lenet": "models", "convnet": "models",
    "fit": "train", "accuracy": "train",
    "plot_moments": "plots", "plot_histories": "plots", "plot_running": "plots",
    "plot_intervals": "plots",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"kit: name is {name!r}, expected one of {', '.join(_HOMES)}.")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
