"""The supplied half of `bnlab`: data, models, the training loop, plots and `check`.

Names are imported when they are first used, so that NumPy work never waits for torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "progress": "cli.progress", "submit": "cli.submit",
    "check": "feedback.checker", "hint": "feedback.hints", "chapter": "feedback.book_links",
    "play": "feedback.audit_game",
    "digits": "nets.data", "mnist": "nets.data", "fashion_mnist": "nets.data",
    "batches": "nets.data", "device": "nets.devices",
    "mlp": "nets.models", "lenet": "nets.models", "convnet": "nets.models",
    "fit": "nets.train", "accuracy": "nets.train",
    "plot_moments": "nets.plots", "plot_histories": "nets.plots",
    "plot_running": "nets.plots", "plot_intervals": "nets.plots",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"kit: name is {name!r}, expected one of {', '.join(_HOMES)}.")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
