"""Do running statistics reach the truth when the layer keeps them in half precision?"""

from __future__ import annotations

import torch
from torch import nn

from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
ROWS, FEATURES, STEPS = 64, 16, 2000
MEAN, SD = 3.0, 2.0
MOMENTA = (0.1, 0.01, 0.001)
# The dtype of the batch, and that in which the layer keeps its state.
KINDS = {
    "float32": (torch.float32, torch.float32),
    "bfloat16": (torch.bfloat16, torch.bfloat16),
    "float16": (torch.float16, torch.float16),
    "mixed": (torch.bfloat16, torch.float32),
}
SHOWN = 20  # every so many steps a point of the curve


def run(quick: bool) -> dict:
    """Running mean and variance after many batches from one distribution, by dtype and momentum."""
    seeds = SEEDS[:2] if quick else SEEDS
    steps = 100 if quick else STEPS
    return {
        "truth": {"mean": MEAN, "var": SD**2},
        **{
            kind: {
                f"m{momentum:g}": gather(
                    trials(measure, seeds, kind=kind, momentum=momentum, steps=steps)
                )
                for momentum in MOMENTA
            }
            for kind in KINDS
        },
    }


def gather(found: list[dict]) -> dict:
    """Summaries over seeds of the last values, and the curve of the first seed."""
    return {
        "mean": summary([one["mean"][-1] for one in found]),
        "var": summary([one["var"][-1] for one in found]),
        "curve": found[0]["mean"],
    }


@torch.no_grad()
def measure(seed: int, kind: str, momentum: float, steps: int) -> dict[str, list[float]]:
    """Running mean and running variance, averaged over features, every few steps."""
    of_batch, of_state = KINDS[kind]
    draw = torch.Generator().manual_seed(seed)
    layer = nn.BatchNorm1d(FEATURES, momentum=momentum).to(of_state)
    means, variances = [], []
    for step in range(1, steps + 1):
        x = MEAN + SD * torch.randn(ROWS, FEATURES, generator=draw)
        layer(x.to(of_batch))
        if step % SHOWN == 0:
            means.append(layer.running_mean.double().mean().item())
            variances.append(layer.running_var.double().mean().item())
    return {"mean": means, "var": variances}
