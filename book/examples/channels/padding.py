import torch
from torch import nn

torch.manual_seed(0)
x = 5 + torch.randn(8, 4, 100)  # 8 sequences, 4 channels
real = torch.arange(100) < torch.tensor([[20]])  # the rest is padding
padded = x * real

bn = nn.BatchNorm1d(4, momentum=1.0)
bn(padded)
print(f"with padding:    mean {bn.running_mean.mean():.0f}")
bn(padded.transpose(1, 2)[real.expand(8, 100)])  # rows of real values
print(f"without padding: mean {bn.running_mean.mean():.0f}")
