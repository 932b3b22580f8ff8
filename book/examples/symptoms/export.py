# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
x = torch.randn(16, 4)
model(x)
faulty = torch.export.export(model, (x,)).module()
# %% check
exported = torch.export.export(model, (x,)).module()
print(
    "alone as in the batch:",
    torch.allclose(exported(x)[:4], model.eval()(x)[:4]),
)
# %% fix
exported = torch.export.export(model.eval(), (x,)).module()
print(
    "alone as in the batch:", torch.allclose(exported(x)[:4], model(x)[:4])
)
# %% test
others = torch.cat([x[:4], -x[4:]])
assert not torch.equal(faulty(x)[:4], faulty(others)[:4])
assert torch.allclose(exported(x), model(x))
