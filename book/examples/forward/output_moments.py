import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(2)
with torch.no_grad():
    bn.weight.copy_(torch.tensor([-2.0, 0.5]))
    bn.bias.copy_(torch.tensor([5.0, -1.0]))

y = bn(3 + 4 * torch.randn(1000, 2)).detach()
print("mean", [round(each, 2) for each in y.mean(0).tolist()])
print("sd  ", [round(each, 2) for each in y.std(0, correction=0).tolist()])
