import torch
from torch import nn

torch.manual_seed(0)
layers, width = 20, 256
net = nn.Sequential()
for _ in range(layers):
    linear = nn.Linear(width, width, bias=False)
    nn.init.normal_(linear.weight, std=width**-0.5)
    net.extend([linear, nn.BatchNorm1d(width), nn.ReLU()])

x = torch.randn(256, width).relu().requires_grad_()
y = net(x)
upstream = torch.randn_like(y)
(dx,) = torch.autograd.grad(y, x, upstream)
growth = (dx.norm() / upstream.norm()) ** (1 / layers)
print(f"{growth:.2f} per layer, {dx.norm() / upstream.norm():.0f} over all")
