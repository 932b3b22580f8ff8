from torch import nn


def block(*layers):
    return nn.Sequential(*layers, nn.ReLU())


model = nn.Sequential(
    block(nn.Conv2d(1, 6, 3, bias=False), nn.BatchNorm2d(6)),
    nn.AvgPool2d(2),
    block(nn.Conv2d(6, 16, 3, bias=False), nn.BatchNorm2d(16)),
    nn.AvgPool2d(2),
    nn.Flatten(),
    block(nn.Linear(400, 120, bias=False), nn.BatchNorm1d(120)),
    block(nn.Linear(120, 84, bias=False), nn.BatchNorm1d(84)),
    nn.Linear(84, 10),
)
norms = [m for m in model.modules() if hasattr(m, "running_mean")]
print("weights of batch norm", sum(m.weight.numel() for m in norms))
everything = sum(p.numel() for p in model.parameters())
theirs = sum(p.numel() for m in norms for p in m.parameters())
print(f"{theirs} of {everything} parameters belong to batch norm")
