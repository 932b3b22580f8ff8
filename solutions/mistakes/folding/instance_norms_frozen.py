"""Every layer with running statistics is frozen.

loses: freeze
hint: Your function freezes whatever has a running_mean, instance norm too. Choose the batch
    norms by their class.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if hasattr(module, "running_mean"):
            module.eval()
            module.requires_grad_(False)
    return model
