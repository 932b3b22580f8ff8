# %% setup
import torch
from torch import nn

torch.manual_seed(0)
real, fake = 2 + torch.randn(256, 8), -2 + torch.randn(256, 8)


def make(norm):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 32), norm, nn.Linear(32, 1))


def gap(a, b):
    return (a.mean() - b.mean()).abs().item()


model = make(nn.BatchNorm1d(32))
# %% check
separate = model(real).mean() - model(fake).mean()
joined = model(torch.cat([real, fake]))
print(f"two batches: gap of the scores {separate.abs():.1f}")
print(
    f"one batch:   gap of the scores {gap(joined[:256], joined[256:]):.1f}"
)
# %% fix
model = make(nn.GroupNorm(1, 32))  # a norm within the sample
print(f"group norm:  gap of the scores {gap(model(real), model(fake)):.1f}")
# %% test
assert separate.abs() < 0.05
assert gap(joined[:256], joined[256:]) > 0.3
assert gap(model(real), model(fake)) > 0.3
