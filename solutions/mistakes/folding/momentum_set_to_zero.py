"""The momentum is set to 0.

loses: freeze
hint: Your running statistics do not move, but in training mode they are not used either: the batch
    is. Frozen batch norms belong in evaluation mode.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.momentum = 0.0
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
