import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

bn = nn.BatchNorm1d(4)
x = torch.randn(8, 4, requires_grad=True)
checkpoint(bn, x, use_reentrant=False).sum().backward()
print("one step,", bn.num_batches_tracked.item(), "batches counted")
