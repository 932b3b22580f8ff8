"""Every layer with Norm in its name is frozen.

loses: freeze
hint: Your function freezes layer norm and group norm as well, which have no running statistics
    to protect. Choose the batch norms by their class.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if "Norm" in type(module).__name__:
            module.eval()
            module.requires_grad_(False)
    return model
