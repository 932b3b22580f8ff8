"""The whole model is in evaluation mode.

loses: freeze
hint: Your whole model is in evaluation mode, so dropout is off as well. Only the batch norms are
    meant.
read: folding-freeze
"""


def freeze(model):
    model.eval()
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
