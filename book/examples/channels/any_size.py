import torch
from torch import nn

bn = nn.BatchNorm2d(16)
for size in 8, 32, 128:
    y = bn(torch.randn(4, 16, size, size))
    print(tuple(y.shape), sum(p.numel() for p in bn.parameters()))
