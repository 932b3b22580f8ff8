"""Only the gradients are switched off.

loses: freeze
hint: Your batch norms get no gradients, but stay in training mode: they use the batch, and their
    running statistics move on. Statistics are not learned by gradients.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
