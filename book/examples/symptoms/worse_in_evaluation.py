# %% setup
import copy

import torch
from torch import nn
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
x = torch.randn(640, 2) * 3 + torch.tensor([20.0, 0.0])
labels = (x[:, 0] > 20).long()
loader = list(zip(x.split(64), labels.split(64), strict=True))
model = nn.Sequential(
    nn.Linear(2, 16),
    nn.BatchNorm1d(16, momentum=0.01),
    nn.ReLU(),
    nn.Linear(16, 2),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for inputs, targets in loader * 2:
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(inputs), targets).backward()
    optimizer.step()


def right(mode):
    return (
        (copy.deepcopy(model).train(mode)(x).argmax(1) == labels)
        .float()
        .mean()
    )


before = right(True), right(False)
# %% check
for mode in True, False:
    scores = copy.deepcopy(model).train(mode)(x)
    accuracy = (scores.argmax(1) == labels).float().mean()
    print("training  " if mode else "evaluation", f"{accuracy:.1f}")
# %% fix
update_bn(loader, model)  # resets and averages anew, without labels
model.eval()
# %% test
assert before[0] > 0.9 > 0.7 > before[1]
assert right(False) > 0.9
