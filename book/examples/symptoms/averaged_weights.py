# %% setup
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

torch.manual_seed(0)
loader = torch.randn(1000, 4).split(100)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
averaged = AveragedModel(model)
for _ in range(4):
    nn.init.normal_(model[0].weight)
    update_bn(loader, model)
    averaged.update_parameters(model)
averaged.eval()
before = averaged(loader[0]).std().item()
# %% check
print(f"deviation behind batch norm: {averaged(loader[0]).std():.1f}")
# %% fix
update_bn(loader, averaged)
print(f"deviation behind batch norm: {averaged(loader[0]).std():.1f}")
# %% test
assert before < 0.7
assert 0.9 < averaged(loader[0]).std() < 1.1
