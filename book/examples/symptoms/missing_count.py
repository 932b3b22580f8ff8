# %% setup
from torch import nn

model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
saved = model.state_dict()
del saved["1.num_batches_tracked"]
# %% check raises RuntimeError
model.load_state_dict(saved)
# %% fix
left_out = model.load_state_dict(saved, strict=False).missing_keys
assert all(key.endswith("num_batches_tracked") for key in left_out)
# %% test
assert left_out == ["1.num_batches_tracked"]
