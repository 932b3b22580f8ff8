# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
real, fake = torch.randn(2, 8, 4)
# %% check raises RuntimeError
loss = model(real).square().sum()
print("version", model[1].running_mean._version)
model[1].reset_running_stats()  # anything that writes into a buffer
print("version", model[1].running_mean._version)
loss.backward()
# %% fix
model(real).square().sum().backward()  # backward first
model[1].reset_running_stats()
# %% test
assert model[0].weight.grad is not None
