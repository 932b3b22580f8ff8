"""The train method of the batch norms is switched off.

loses: freeze
hint: Your batch norms ignore train(), so that nobody can train them again. The freeze is meant
    to hold until model.train() is called.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.requires_grad_(False)
            module.train = lambda mode=True, module=module: module
    return model
