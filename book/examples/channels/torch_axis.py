import torch
from torch import nn

bn = nn.BatchNorm2d(3)
print(tuple(bn(torch.zeros(2, 3, 8, 8)).shape), bn.weight.shape[0])
