import torch
from torch import nn

x = torch.randn(2, 6, 8, 8)
sample = nn.LayerNorm([6, 8, 8])
token = nn.LayerNorm(6)  # wants the channels last
group = nn.GroupNorm(1, 6)

for norm, y in (
    (sample, sample(x)),
    (token, token(x.movedim(1, -1)).movedim(-1, 1)),
    (group, group(x)),
):
    means = {"sample": y.mean((1, 2, 3)), "pixel": y.mean(1)}
    zero = [name for name, m in means.items() if m.abs().max() < 1e-5]
    print(f"{norm.weight.numel():3} weights, mean 0: {' and '.join(zero)}")
