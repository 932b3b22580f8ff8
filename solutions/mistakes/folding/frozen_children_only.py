"""Only the direct children of the model are searched.

loses: freeze
hint: Your function looks at the outermost layers only. Batch norms hide in blocks.
read: folding-freeze
"""


def freeze(model):
    for module in model.children():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
