import torch
from torch import nn

bn = nn.BatchNorm1d(1)
batch = torch.tensor([[1.0], [3.0], [3.0], [9.0]])
whole = bn(batch)
halves = torch.cat([bn(half) for half in batch.split(2)])
for name, y in ("one machine ", whole), ("two machines", halves):
    print(name, [round(each, 2) for each in y.flatten().tolist()])
