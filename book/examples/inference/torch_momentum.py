import torch
from torch import nn

bn = nn.BatchNorm1d(1, momentum=0.1)
for mean in 4.0, 2.0:
    bn(torch.tensor([[mean - 1], [mean + 1]]))
print(f"{bn.running_mean.item():.2f} {bn.running_var.item():.2f}")
