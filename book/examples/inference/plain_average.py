import torch
from torch import nn

tenth, plain = nn.BatchNorm1d(1), nn.BatchNorm1d(1, momentum=None)
for mean in 4.0, 2.0, 6.0:
    for bn in tenth, plain:
        bn(torch.tensor([[mean - 1], [mean + 1]]))
print(f"momentum 0.1: {tenth.running_mean.item():.2f}")
print(f"momentum None: {plain.running_mean.item():.2f}")
