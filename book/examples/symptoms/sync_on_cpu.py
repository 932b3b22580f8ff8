# %% setup
import torch
import torch.distributed as dist
from torch import nn

dist.init_process_group(
    "gloo", store=dist.HashStore(), rank=0, world_size=1
)
net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
model = nn.SyncBatchNorm.convert_sync_batchnorm(net)
x = torch.randn(8, 4)
# %% check raises ValueError
print(type(model[1]).__name__, model.training, dist.is_initialized())
model(x)
# %% fix
bn = nn.BatchNorm1d(model[1].num_features)
bn.load_state_dict(model[1].state_dict())
model[1] = bn
# %% test
assert model(x).shape == (8, 4)
dist.destroy_process_group()
