"""How wrong is the gradient when only half of the synchronization is done?

One batch of digits lies in k shards. The true gradient is that of the whole batch in one place.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bnlab.kit.nets.data import digits
from bnlab.kit.nets.models import lenet
from book.experiments._shared.analysis import summary

SEEDS = range(20)
ROWS = 64
SHARDS = (2, 4, 8, 16, 32)
WAYS = ("apart", "constants", "own", "both")


class Sharded(nn.Module):
    """Batch norm in training over rows in k shards, each computed as on a machine of its own.

    Args:
        shards: number of shards, equal in size.
        way: "apart": each shard has its own statistics. The others share the statistics of all
            rows: "constants" lets no gradient through them, "own" only that of a shard's own
            rows to its own loss, "both" exchanges the gradients too.
    """

    def __init__(self, shards: int, way: str) -> None:
        super().__init__()
        self.shards, self.way = shards, way

    def forward(self, x: Tensor) -> Tensor:
        parts = x.chunk(self.shards)
        axes = [axis for axis in range(x.dim()) if axis != 1]
        moments = [torch.var_mean(part, axes, correction=0, keepdim=True) for part in parts]
        if self.way == "apart":
            return torch.cat([_normalized(p, *own) for p, own in zip(parts, moments, strict=True)])
        everywhere = [merged(moments, self._followed(k)) for k in range(self.shards)]
        return torch.cat([_normalized(p, *m) for p, m in zip(parts, everywhere, strict=True)])

    def _followed(self, shard: int) -> set[int]:
        every = set(range(self.shards))
        return {"constants": set(), "own": {shard}, "both": every}[self.way]


def merged(moments: list[tuple[Tensor, Tensor]], followed: set[int]) -> tuple[Tensor, Tensor]:
    """Variance and mean of all shards; gradients go to the shards that are followed."""
    seen = [
        (var, mean) if k in followed else (var.detach(), mean.detach())
        for k, (var, mean) in enumerate(moments)
    ]
    means = torch.stack([mean for _, mean in seen])
    mean = means.mean(0)
    var = torch.stack([var for var, _ in seen]).mean(0) + (means - mean).square().mean(0)
    return var, mean


def _normalized(x: Tensor, var: Tensor, mean: Tensor) -> Tensor:
    return (x - mean) * torch.rsqrt(var + 1e-5)


def run(quick: bool) -> dict:
    """Relative error and cosine of the gradient per number of shards and way."""
    seeds = SEEDS[:2] if quick else SEEDS
    found = [measure(seed) for seed in seeds]
    return {
        f"k{k}": {
            way: {
                name: summary([one[k, way][name] for one in found]) for name in ("error", "cosine")
            }
            for way in WAYS
        }
        for k in SHARDS
    }


def measure(seed: int) -> dict[tuple[int, str], dict[str, float]]:
    """Errors of the gradient of all parameters of LeNet at its start, in double precision."""
    images = digits()
    rows = torch.randperm(len(images.train_x), generator=torch.Generator().manual_seed(seed))[:ROWS]
    x, y = torch.as_tensor(images.train_x)[rows].double(), torch.as_tensor(images.train_y)[rows]
    truth = _gradient(seed, 1, "apart", x, y)
    results = {}
    for k in SHARDS:
        for way in WAYS:
            found = _gradient(seed, k, way, x, y)
            results[k, way] = {
                "error": ((found - truth).norm() / truth.norm()).item(),
                "cosine": (found @ truth / found.norm() / truth.norm()).item(),
            }
    return results


def _gradient(seed: int, shards: int, way: str, x: Tensor, y: Tensor) -> Tensor:
    model = lenet("before", lambda _: Sharded(shards, way), image=8, seed=seed).double()
    # Equal shards: the mean over all rows is the mean of what the machines compute.
    loss = cross_entropy(model(x), y)
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])
