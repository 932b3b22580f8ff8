import torch
from torch import nn

bn = nn.BatchNorm1d(1)
row = torch.tensor([[9.0]])

first = torch.cat([row, torch.tensor([[1.0], [3.0], [3.0]])])
second = torch.cat([row, torch.tensor([[9.0], [9.0], [5.0]])])
print(f"{bn(first)[0].item():.2f}  {bn(second)[0].item():.2f}")
