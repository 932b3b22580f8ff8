import torch
from torch.nn import functional as F

torch.manual_seed(0)
x = torch.randn(5, 3) * torch.tensor([1.0, 10, 100])

batch = F.batch_norm(x, None, None, training=True)
layer = F.layer_norm(x, [3])
for name, y in ("batch norm", batch), ("layer norm", layer):
    columns, rows = y.mean(0).abs().max(), y.mean(1).abs().max()
    print(f"{name}: mean of columns {columns:.1f}, of rows {rows:.1f}")
