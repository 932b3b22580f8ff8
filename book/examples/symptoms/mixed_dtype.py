# %% setup
import torch
from torch import nn

model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)).half()
x = torch.randn(2, 1, 8, 8)
# %% check raises RuntimeError
for module in model:
    print(type(module).__name__, module.weight.dtype)
model[1](model[0].float()(x))
# %% fix
model.float()
with torch.autocast("cpu", dtype=torch.bfloat16):  # "cuda" on a GPU
    y = model(x)
# %% test
assert y.dtype == torch.bfloat16
assert model[1].running_mean.dtype == torch.float32
