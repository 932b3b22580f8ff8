"""All other parameters are made trainable.

loses: freeze
hint: Your function sets requires_grad of every other parameter, so layers that were frozen
    before are trained again. Set that of the batch norms only.
read: folding-freeze
"""


def freeze(model):
    model.requires_grad_(True)
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.requires_grad_(False)
    return model
