import torch
from torch import nn

torch.manual_seed(0)
z = 2 + torch.randn(1000, 1)  # mostly positive
for name, order in (
    ("ReLU alone", [nn.ReLU()]),
    ("before", [nn.BatchNorm1d(1), nn.ReLU()]),
    ("after", [nn.ReLU(), nn.BatchNorm1d(1)]),
):
    y = nn.Sequential(*order)(z)
    share = (y <= y.min()).float().mean()
    print(f"{name:10} lowest {y.min():.1f}, reached by {share:.0%}")
