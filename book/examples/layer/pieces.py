import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(64, 4)
whole, pieces = nn.BatchNorm1d(4), nn.BatchNorm1d(4)
whole(x)
for part in x.split(8):  # accumulate gradients over 8 parts
    pieces(part)

for bn in whole, pieces:
    k = bn.num_batches_tracked.item()
    print(f"updates in a step: {k}, left of the start: {0.9**k:.2f}")
