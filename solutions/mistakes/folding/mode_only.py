"""Only the mode is changed.

loses: freeze
hint: Your batch norms keep their statistics, but their weight and bias are still trained. Switch
    their gradients off too.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
    return model
