import torch
from torch import nn


class GhostBatchNorm(nn.BatchNorm1d):
    """In training, statistics of 16 rows at a time."""

    def forward(self, x):
        step = super().forward
        return torch.cat([step(part) for part in x.split(16)])


torch.manual_seed(0)
x = torch.randn(128, 4)
for bn in nn.BatchNorm1d(4), GhostBatchNorm(4):
    y = bn(x)
    print(
        type(bn).__name__,
        f"mean of 16 rows {y[:16].mean(0).abs().max():.1f}",
    )
