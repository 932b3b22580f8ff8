# %% setup
import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(4)
real = torch.arange(100) < torch.tensor([[20], [40], [60], [80]])
x = (5 + torch.randn(4, 4, 100)) * real[:, None]
# %% check
positions = x.movedim(1, -1)  # (N, L, C)
print(f"share of padding: {1 - real.float().mean():.0%}")
print(f"mean of all {x.mean():.1f}, of what is real", end=" ")
print(f"{positions[real].mean():.1f}")
# %% fix
y = torch.zeros_like(positions)
y[real] = bn(positions[real])  # batch norm sees real positions only
y = y.movedim(-1, 1)
# %% test
assert y.movedim(1, -1)[real].mean(0).abs().max() < 1e-5
assert bn(x).movedim(1, -1)[real].mean().abs() > 0.5
