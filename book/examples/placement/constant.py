import torch
from torch import nn

torch.manual_seed(0)
z, bn, relu = torch.randn(64, 8, 5, 5), nn.BatchNorm2d(8), nn.ReLU()
for name, block in (
    ("before", lambda z: relu(bn(z))),
    ("after", lambda z: bn(relu(z))),
):
    change = (block(z + 100) - block(z)).abs().max()
    print(f"{name}: adding 100 changes the output by {change:.1f}")
