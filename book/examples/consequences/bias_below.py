import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3))
x, target = torch.randn(32, 5), torch.randn(32, 3)
for mode in True, False:
    net.train(mode).zero_grad()
    nn.functional.mse_loss(net(x), target).backward()
    largest = net[0].bias.grad.abs().max()
    print("training" if mode else "evaluation", f"{largest:.2f}")
