import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
y = nn.BatchNorm1d(3).double()(x)
for name, sent in (
    ("ones", torch.ones_like(y)),
    ("random", torch.randn_like(y)),
):
    (grad,) = torch.autograd.grad(y, x, sent, retain_graph=True)
    print(f"{name:6} largest gradient of x: {grad.abs().max():.1f}")
