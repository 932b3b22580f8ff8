"""The model is not returned.

loses: freeze
hint: Your function returns nothing. Return the model, so that calls can be chained.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
