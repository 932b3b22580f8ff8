# %% setup
import torch
from torch import nn

bn = nn.BatchNorm2d(3)
x = torch.randn(4, 8, 8, 3)  # as an image file has it
# %% check raises RuntimeError
print("channels expected", bn.num_features, "got", x.shape[1])
bn(x)
# %% fix
y = bn(x.movedim(-1, 1)).movedim(1, -1)
# %% test
assert y.shape == x.shape
assert y.mean((0, 1, 2)).abs().max() < 1e-5
