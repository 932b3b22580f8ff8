import torch
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.randn(97, 4))
for drop in False, True:
    sizes = [
        len(x) for (x,) in DataLoader(data, batch_size=32, drop_last=drop)
    ]
    print(f"drop_last={drop}: {sizes}")
