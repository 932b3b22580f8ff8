# %% setup
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(8, 16, 32, 32, dtype=torch.float64)
difference = {}
# %% check
for dtype, limit in (torch.float32, 1e-4), (torch.float64, 1e-12):
    bn, plain = nn.BatchNorm2d(16).to(dtype), x.to(dtype)
    last = plain.to(memory_format=torch.channels_last)
    difference[dtype] = (bn(plain) - bn(last)).abs().max().item()
    print(f"{dtype}: below {limit}:", difference[dtype] < limit)
# %% fix
same = torch.allclose(bn(plain), bn(last), atol=1e-6)  # not torch.equal
# %% test
assert same
assert difference[torch.float64] < 1e-12
assert difference[torch.float32] < 1e-4
