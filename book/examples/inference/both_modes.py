import copy

import torch
from torch import nn


def gap(model, x):
    """Largest difference between the modes, relative to the output."""
    with torch.no_grad():
        trained = copy.deepcopy(model).train()(x)
        evaluated = copy.deepcopy(model).eval()(x)
    return ((trained - evaluated).abs().max() / trained.abs().max()).item()


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
x = 3 + torch.randn(256, 4)
print(f"before training: {gap(model, x):.1f}")
for _ in range(100):
    model(x)
print(f"after 100 steps: {gap(model, x):.1f}")
