# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
x = torch.randn(8, 1, 6, 6)
before = torch.equal(model(x)[:1], model(x[:1]))
# %% check
print("mode of each part:", [each.training for each in model])
with torch.no_grad():
    print("alone as in the batch:", torch.equal(model(x)[:1], model(x[:1])))
# %% fix
model.eval()  # before every evaluation; train() before training goes on
# %% test
assert not before
assert torch.allclose(model(x)[:1], model(x[:1]), atol=1e-6)
