import torch
from sklearn.datasets import load_digits
from torch import nn

x, labels = map(torch.tensor, load_digits(return_X_y=True))
x = x.float().view(-1, 1, 8, 8) / 16
torch.manual_seed(0)
conv, bn = nn.Conv2d(1, 8, 3, bias=False), nn.BatchNorm2d(8)
model = nn.Sequential(conv, bn, nn.ReLU(), nn.Flatten(), nn.Linear(288, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for part in torch.arange(1792).repeat(5).split(64):
    optimizer.zero_grad()
    scores = model(x[part])
    nn.functional.cross_entropy(scores, labels[part]).backward()
    optimizer.step()

for name, module in model.named_modules():
    if isinstance(module, nn.BatchNorm2d):
        for key, values in module.named_parameters():
            low, high = values.aminmax()
            print(f"layer {name}: {key} {low:.1f} to {high:.1f}")
