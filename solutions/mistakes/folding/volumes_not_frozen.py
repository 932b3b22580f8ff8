"""BatchNorm3d is not frozen.

loses: freeze
hint: Your function freezes the batch norms of rows and of images. Torch has one for volumes
    too, BatchNorm3d.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.eval()
            module.requires_grad_(False)
    return model
