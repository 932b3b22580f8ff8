# %% setup
import torch
from torch import nn
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
loader = [torch.randn(32, 4) for _ in range(10)]
with torch.autocast("cpu", dtype=torch.float16):
    model(1e6 * torch.randn(8, 4))  # one batch leaves the range of float16
for batch in loader:
    trained = model(batch)
# %% check
print("in training:", trained.isfinite().all().item())
print([name for name, b in model.named_buffers() if not b.isfinite().all()])
# %% fix
update_bn(loader, model)  # forgets the old statistics first
# %% test
assert trained.isfinite().all()
assert all(buffer.isfinite().all() for buffer in model.buffers())
assert model.eval()(loader[0]).isfinite().all()
