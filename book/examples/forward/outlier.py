import torch
from torch import nn

x = torch.zeros(64, 1)
x[0] = 1000.0  # one sample stands out
y = nn.BatchNorm1d(1)(x)
print(f"largest output {y.max():.2f}, root of 63 {63**0.5:.2f}")
