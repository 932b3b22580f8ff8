# %% setup
import torch
from torch import nn

torch._dynamo.reset()
model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, momentum=None))
x = torch.randn(8, 4)
message = ""
# %% check
compiled = torch.compile(model, fullgraph=True, backend="eager")
try:
    compiled(x)
except Exception as error:
    message = str(error).splitlines()[0]
    print(type(error).__name__, message.partition("(")[0])
# %% fix
model[1].momentum = 0.1  # and update_bn(loader, model) at the end
torch._dynamo.reset()
compiled = torch.compile(model, fullgraph=True, backend="eager")
# %% test
assert "data-dependent" in message
assert torch.equal(compiled(x), model(x))
