# %% setup
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(*[nn.BatchNorm1d(1, momentum=1.0) for _ in range(10)])
x = torch.randn(8, 1)


def ratio(x):
    trained = model.train()(x)
    return (model.eval()(x) / trained).mean().item()


before = ratio(x)
# %% check
for batch in x, torch.randn(512, 1):
    trained = model.train()(batch)
    evaluated = model.eval()(batch)
    ratios = evaluated / trained
    print(f"{len(batch)} rows: factor {ratios.mean():.2f} in evaluation")
# %% fix
x = torch.randn(512, 1)  # statistics from many values
model.train()(x)
model.eval()
# %% test
assert abs(before - (7 / 8) ** 5) < 0.01
assert 0.99 < ratio(x) < 1
