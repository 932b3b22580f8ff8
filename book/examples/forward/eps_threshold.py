import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(1000, 1) * 0.001  # a quiet feature
for eps in 1e-7, 1e-5, 1e-3:
    y = nn.BatchNorm1d(1, eps=eps)(x)
    print(f"eps {eps:.0e}: deviation of the output {y.std():.2f}")
