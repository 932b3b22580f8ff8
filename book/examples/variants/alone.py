import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(8, 4, 6, 6)
for norm in (
    nn.BatchNorm2d(4),
    nn.GroupNorm(2, 4),
    nn.LayerNorm([4, 6, 6]),
    nn.InstanceNorm2d(4),
):
    same = torch.allclose(norm(x)[:1], norm(x[:1]), atol=1e-5)
    print(f"{type(norm).__name__:14} same output alone: {same}")
