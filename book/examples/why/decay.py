import torch
from torch import nn

torch.manual_seed(0)
layer, bn = nn.Linear(8, 16, bias=False), nn.BatchNorm1d(16)
x = torch.randn(256, 8)
before = bn(layer(x))
with torch.no_grad():
    layer.weight *= 0.5  # what weight decay does, in one step
print(
    "same outputs in training:",
    torch.allclose(bn(layer(x)), before, atol=1e-3),
)
