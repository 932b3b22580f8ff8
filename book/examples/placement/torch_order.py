from torch import nn

before = nn.Sequential(
    nn.Linear(8, 16, bias=False), nn.BatchNorm1d(16), nn.ReLU()
)
print([type(each).__name__ for each in before])
