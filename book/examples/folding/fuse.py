import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(1, 8, 3, bias=False), nn.BatchNorm2d(8))
model(torch.randn(64, 1, 8, 8))  # the statistics of one batch
model.eval()
one = fuse_conv_bn_eval(*model)

x = torch.randn(16, 1, 8, 8)
print("same to five digits:", torch.allclose(model(x), one(x), atol=1e-5))
print("new bias:", one.bias is not None, " old bias:", model[0].bias)
