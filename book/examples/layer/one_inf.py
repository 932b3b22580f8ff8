import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(1)
bn(torch.tensor([[float("inf")], [1.0]]))  # one bad batch
for _ in range(1000):
    y = bn(torch.randn(32, 1))

print("training output finite:", y.isfinite().all().item())
print(
    "running mean",
    bn.running_mean.item(),
    "variance",
    bn.running_var.item(),
)
