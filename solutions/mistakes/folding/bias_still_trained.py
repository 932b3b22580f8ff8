"""The bias is still trained.

loses: freeze
hint: Your batch norms keep their weight, but their bias is still trained.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.weight.requires_grad_(False)
    return model
