# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.BatchNorm1d(4, track_running_stats=False)).eval()
x = torch.randn(8, 4)
before = torch.equal(model(x)[:4], model(x[:4]))
# %% check
for name, module in model.named_modules():
    if hasattr(module, "track_running_stats"):
        print(name, module.training, module.track_running_stats)
print(
    "a row depends on its batch:",
    not torch.equal(model(x)[:4], model(x[:4])),
)
# %% fix
model[0] = nn.BatchNorm1d(4)  # with buffers
model.train()(x)  # fill them: training, or update_bn
model.eval()
# %% test
assert not before
assert torch.equal(model(x)[:4], model(x[:4]))
