"""How many wrong layers pass an audit that leaves out one thing?

The audits are the course's own catalogue of incomplete ones, and the layers are those that the
hidden tests show to a learner's audit; both lie on the instructor's side.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import islice

import torch
from torch import nn

from bnlab.kit.testing.settings import kept_settings
from book.experiments._shared import solutions

SEEDS = range(1)
RIGHT = ("Torch", "Backwards", "TwoSteps", "Wide", "Plain")
QUICK = 4


def run(quick: bool) -> dict:
    """Wrong layers that pass and right layers that fail, for each audit and for the whole one."""
    bench = layers()
    modules = {"whole": solutions.solved("audit")}
    modules |= islice(solutions.mistakes("audit").items(), QUICK if quick else None)
    audits = {name: module.audit for name, module in modules.items()}
    wrong = [layer for name, layer in bench.items() if name not in RIGHT]
    right = [bench[name] for name in RIGHT]
    return {
        "wrong_layers": len(wrong),
        "right_layers": len(right),
        "audits": {
            name: {
                "missed": sum(not alarmed(audit, layer) for layer in wrong),
                "false_alarms": sum(alarmed(audit, layer) for layer in right),
            }
            for name, audit in audits.items()
        },
    }


def layers() -> dict[str, type[nn.Module]]:
    """Classes of layers by name, as the hidden tests define them; none that raises by itself."""
    return {
        name: value
        for name, value in vars(solutions.audit_layers()).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and name != "RaisesOnImages"
    }


def alarmed(audit: Callable[[type[nn.Module]], object], layer: type[nn.Module]) -> bool:
    """Whether the audit raises an AssertionError, which is all that a test tool counts."""
    torch.manual_seed(SEEDS[0])
    with warnings.catch_warnings(), kept_settings():  # some of these audits change torch's
        warnings.simplefilter("ignore")
        try:
            audit(layer)
        except AssertionError:
            return True
        except Exception:
            return False
    return False
