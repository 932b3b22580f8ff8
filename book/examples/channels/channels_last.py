import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 8, 5, 5)
last = x.to(memory_format=torch.channels_last)
bn = nn.BatchNorm2d(8)

print("shape  ", tuple(x.shape), tuple(last.shape))
print("strides", x.stride(), last.stride())
print("same to rounding:", torch.allclose(bn(x), bn(last), atol=1e-5))
survives = bn(last).is_contiguous(memory_format=torch.channels_last)
print("memory format survives:", survives)
