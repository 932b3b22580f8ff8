import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

x, labels = load_digits(return_X_y=True)
x, labels = torch.tensor(x) / 16, torch.tensor(labels)


def accuracy(norm, rate, seed):
    torch.manual_seed(seed)
    layers = []
    for _ in range(3):
        linear = nn.Linear(64, 64)
        nn.init.kaiming_normal_(linear.weight)  # He's weights
        layers += [linear, *norm(), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(64, 10)).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(200):
        rows = torch.randint(1200, (64,))
        optimizer.zero_grad()
        F.cross_entropy(model(x[rows]), labels[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        guess = model.eval()(x[1200:]).argmax(1)
    return (guess == labels[1200:]).double().mean().item()


arms = {"none": list, "batch norm": lambda: [nn.BatchNorm1d(64)]}
for name, norm in arms.items():
    row = [accuracy(norm, rate, seed=0) for rate in (0.01, 0.1, 0.3, 3.0)]
    print(f"{name:10}", " ".join(f"{100 * each:3.0f}" for each in row))
