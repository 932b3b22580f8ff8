"""model.train() is called first.

loses: freeze
hint: Your function calls model.train() before it freezes: what was in evaluation, such as
    dropout, is in training afterwards. Set the mode of the batch norms only.
read: folding-freeze
"""


def freeze(model):
    model.train()
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.requires_grad_(False)
    return model
