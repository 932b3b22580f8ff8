import torch
from torch import nn

model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4))
with torch.autocast("cpu", dtype=torch.bfloat16):
    y = model(torch.randn(2, 1, 8, 8))
print("output", y.dtype, " running mean", model[1].running_mean.dtype)

model = model.bfloat16()
print("after .bfloat16():", model[1].running_mean.dtype)
for module in model.modules():
    if isinstance(module, nn.BatchNorm2d):
        module.float()
y = model(torch.randn(2, 1, 8, 8).bfloat16())
print(
    "mended: output", y.dtype, " running mean", model[1].running_mean.dtype
)
