"""Only BatchNorm2d is frozen.

loses: freeze
hint: Your function freezes only the batch norms of images. Those after linear layers have another
    class.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
