import torch
from torch import nn

bn = nn.BatchNorm1d(1)
bn.requires_grad_(False)  # freezes weight and bias, and nothing else
bn(torch.tensor([[1.0], [3.0]]))
print(f"running mean {bn.running_mean.item():.2f}")
