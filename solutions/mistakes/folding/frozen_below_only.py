"""A model that is a batch norm itself is not frozen.

loses: freeze
hint: Your function looks below the model, at any depth, but not at the model itself, which may be a
    batch norm. model.modules() begins with the model.
read: folding-freeze
"""


def _below(model):
    for child in model.children():
        yield child
        yield from _below(child)


def freeze(model):
    for module in _below(model):
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.requires_grad_(False)
    return model
