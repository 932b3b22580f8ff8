"""What can the weight and the bias of batch norm do alone?

The arms, the grid and the endpoint are in `protocol.md`.
"""

from __future__ import annotations

from torch import nn

from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit
from book.experiments._shared.analysis import comparison, summary
from book.experiments._shared.draws import without_test
from book.experiments._shared.training import DATA, HE, batch_norms, scale
from book.experiments._shared.tuning import at_best_rate
from book.experiments.training_scales import split

SEEDS = range(10)
ARMS = ("all", "affine", "last", "affine_last")
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def run(quick: bool) -> dict:
    """Accuracy in percent and number of trained parameters by arm."""
    seeds, arms = (SEEDS[:2], ARMS[1:3]) if quick else (SEEDS, ARMS)
    results, found = {}, {}
    for arm in arms:
        chosen, rows = at_best_rate(measure, seeds, RATES, quick, arm=arm)
        found[arm] = [one["accuracy"] for one in rows]
        results[arm] = {
            "accuracy": summary(found[arm]),
            "trained": rows[0]["trained"],
            "rate": chosen.rate,
            "validation": chosen.accuracies,
        }
        if arm != "all":
            results[arm]["off"] = summary([one["off"] for one in rows])
    return results | {"affine_minus_last": comparison(found["last"], found["affine"])}


def measure(seed: int, arm: str, lr: float, validate: bool = False) -> dict[str, float]:
    """Accuracy in percent, trained parameters, and share of γ below a hundredth in percent."""
    images = split(DATA["digits"](), seed, validate)
    model = mlp((64, *(100,) * 5, 10), "before", seed=seed)
    scale(model, HE)
    choose(model, arm)
    fit(model, without_test(images), 20, lr, batch_size=50, seed=seed, device="cpu", progress=False)
    gammas = [g.abs().item() < 0.01 for layer in batch_norms(model) for g in layer.weight]
    return {
        "accuracy": 100 * accuracy(model, images.test_x, images.test_y),
        "trained": sum(p.numel() for p in model.parameters() if p.requires_grad),
        "off": 100 * sum(gammas) / len(gammas),
    }


def choose(model: nn.Sequential, arm: str) -> None:
    """Let only the parameters of an arm be trained."""
    affine = [p for layer in batch_norms(model) for p in layer.parameters()]
    last = list(model[-1].parameters())
    chosen = {"all": list(model.parameters()), "affine": affine, "last": last}
    chosen["affine_last"] = affine + last
    model.requires_grad_(False)
    for parameter in chosen[arm]:
        parameter.requires_grad_(True)
