# %% setup
import copy

import torch
from torch import nn

torch.manual_seed(0)
backbone = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
model = nn.Sequential(backbone, nn.Linear(8, 2))
backbone.requires_grad_(False)
x = torch.randn(32, 4)
# %% check
before = copy.deepcopy(model.state_dict())
model.train()(x)
after = model.state_dict()
print([key for key in after if not torch.equal(after[key], before[key])])
# %% fix
model.train()
backbone.eval()  # after train(), in every epoch
# %% test
assert not torch.equal(
    after["0.1.running_mean"], before["0.1.running_mean"]
)
before = copy.deepcopy(model.state_dict())
model(x)
after = model.state_dict()
assert all(torch.equal(after[key], before[key]) for key in after)
