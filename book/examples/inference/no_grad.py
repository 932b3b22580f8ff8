import torch
from torch import nn

bn = nn.BatchNorm1d(1)
with torch.no_grad():
    bn(torch.full((32, 1), 7.0) + torch.arange(32.0).view(-1, 1))
print(
    "after a pass without gradients:",
    bn.num_batches_tracked.item(),
    "batch counted",
)
bn.eval()
bn(torch.zeros(32, 1))
print(
    "after a pass in evaluation:    ",
    bn.num_batches_tracked.item(),
    "batch counted",
)
