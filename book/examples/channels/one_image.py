import torch
from torch import nn

bn = nn.BatchNorm2d(3)
for size in 8, 2, 1:
    try:
        bn(torch.randn(1, 3, size, size))
        print(f"one image of {size} x {size}: {size * size} values")
    except ValueError as error:
        print(f"one image of {size} x {size}: {error}")
