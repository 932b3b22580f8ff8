import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(8, 16, bias=False), nn.BatchNorm1d(16))
x = torch.randn(256, 8)

for mode in True, False:
    net.train(mode)
    change = (net(100 * x) - net(x)).abs().max().item()
    print("training" if mode else "evaluation", f"{change:.0f}")
