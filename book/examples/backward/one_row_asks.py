import torch
from torch import nn

x = torch.tensor([[1.0], [3.0], [3.0], [9.0]], requires_grad=True)
y = nn.BatchNorm1d(1)(x)
y[0].sum().backward()  # the loss reads the first row only

print([round(each, 2) for each in x.grad.flatten().tolist()])
print("sum", abs(round(x.grad.sum().item(), 5)))
