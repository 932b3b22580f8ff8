import torch
from torch import nn
from torch.fx.experimental.optimization import fuse

torch.manual_seed(0)
block = nn.Sequential(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
model = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), block
)
fused = fuse(model.eval())

left = [
    each for each in fused.modules() if isinstance(each, nn.BatchNorm2d)
]
x = torch.randn(4, 1, 16, 16)
print("batch norms left:", len(left))
print("same to five digits:", torch.allclose(model(x), fused(x), atol=1e-5))
