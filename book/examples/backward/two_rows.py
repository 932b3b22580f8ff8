import torch
from torch import nn

torch.manual_seed(0)
for rows in 2, 3, 8:
    x = torch.randn(rows, 100, dtype=torch.float64, requires_grad=True)
    y = nn.BatchNorm1d(100, eps=1e-12).double()(x)
    (y * torch.randn_like(y)).sum().backward()
    print(f"{rows} rows: median gradient {x.grad.abs().median():.0e}")
