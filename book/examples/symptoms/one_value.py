# %% setup
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.randn(97, 4))
loader = DataLoader(data, batch_size=32)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
# %% check raises ValueError
for (x,) in loader:
    print(tuple(x.shape))
    model(x)
# %% fix
loader = DataLoader(data, batch_size=32, drop_last=True)
for (x,) in loader:
    model(x)
# %% test
assert [len(x) for (x,) in loader] == [32, 32, 32]
