"""The parameters of every layer are frozen.

loses: freeze
hint: Your function freezes the parameters of every layer, so there is nothing left to train. Only
    those of the batch norms are meant.
read: folding-freeze
"""


def freeze(model):
    for each in model.modules():
        if isinstance(each, BATCH_NORMS):
            each.eval()
    return model.requires_grad_(False)
