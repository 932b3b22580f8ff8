import torch
from torch import nn

model = nn.Sequential(
    nn.Conv2d(1, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
    nn.Flatten(), nn.Linear(8 * 36, 10),
)  # fmt: skip
decayed = [p for p in model.parameters() if p.ndim > 1]
others = [p for p in model.parameters() if p.ndim <= 1]  # gamma, beta, bias
optimizer = torch.optim.SGD(
    [{"params": decayed, "weight_decay": 1e-4}, {"params": others}], lr=0.1
)
for group in optimizer.param_groups:
    print(len(group["params"]), "tensors, decay", group["weight_decay"])
