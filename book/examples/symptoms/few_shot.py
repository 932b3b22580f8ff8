# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8, momentum=1.0))
support, query = torch.randn(25, 4), torch.randn(75, 4)
before = torch.equal(model(query)[:25], model(query[:25]))
# %% check
same = torch.equal(model(query)[:25], model(query[:25]))
print("a query is answered without the others:", same)
# %% fix
model.train()(support)  # momentum 1: the statistics of the support set
model.eval()
# %% test
assert not before
assert torch.allclose(model(query)[:25], model(query[:25]), atol=1e-6)
