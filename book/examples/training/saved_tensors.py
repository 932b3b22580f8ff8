import torch
from torch import nn

x = torch.randn(16, 8, 10, 10, requires_grad=True)
bn = nn.BatchNorm2d(8)


def by_operations(x):
    centered = x - x.mean((0, 2, 3), keepdim=True)
    var = (centered**2).mean((0, 2, 3), keepdim=True)
    xhat = centered / (var + bn.eps).sqrt()
    return xhat * bn.weight.view(-1, 1, 1) + bn.bias.view(-1, 1, 1)


for layer in bn, by_operations:
    saved = {}
    hooks = torch.autograd.graph.saved_tensors_hooks(
        lambda t, saved=saved: saved.setdefault(t.data_ptr(), t),
        lambda t: t,
    )
    with hooks:
        y = layer(x)
    large = sum(t.numel() == x.numel() for t in saved.values())
    name = getattr(layer, "__name__", "BatchNorm2d")
    print(f"{name} keeps {large} tensors of the size of x")
