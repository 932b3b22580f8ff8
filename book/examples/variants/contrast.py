import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(64, 8, 6, 6)
batch, group = nn.BatchNorm2d(8, momentum=1.0), nn.GroupNorm(2, 8)
batch(x)  # the running statistics of training
batch.eval()
for norm in batch, group:
    bright, dark = norm(x).std(), norm(0.3 * x).std()
    print(f"{type(norm).__name__}: {bright:.1f}, in the dark {dark:.1f}")
