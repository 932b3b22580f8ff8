import torch
from torch import nn


def to_group_norm(module, groups=8):
    """Replace every BatchNorm2d in a model, at any depth."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            norm = nn.GroupNorm(groups, child.num_features, eps=child.eps)
            setattr(module, name, norm)
        else:
            to_group_norm(child, groups)
    return module


block = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU())
head = nn.Sequential(nn.Conv2d(16, 8, 3), nn.BatchNorm2d(8))
model = to_group_norm(nn.Sequential(block, head))
print(block[1], head[1], sep="\n")
print(tuple(model.train()(torch.randn(1, 1, 8, 8)).shape))
