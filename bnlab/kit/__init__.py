"""The supplied part of `bnlab`: data, models, the training loop, plots, `check` and `hint`.

A name is imported when it is first used, so that NumPy units do not wait for torch.
"""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from typing import Any

from .torch_import import announcing_torch

_MODULES = {
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
_WRITTEN_IN_TORCH = "nets.devices", "nets.models", "nets.train"


def setup() -> None:
    """Prepare a notebook for the modules that learners edit; call it before importing them.

    After this call, `import bnlab.<unit>` and autoreload read the file as it is saved now, end a
    loop without an end, and report a file that does not load in one sentence. A call of a task that
    is not written yet is one sentence as well. Calling this again changes nothing.
    """
    from .feedback import module_loader, notebook_errors

    module_loader.install()
    notebook_errors.install()


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"kit: name is {name!r}, expected one of {', '.join(__dir__())}.")
    module = _MODULES[name]
    with announcing_torch() if module in _WRITTEN_IN_TORCH else nullcontext():
        return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted((*_MODULES, "setup"))
