"""Every layer is frozen.

loses: freeze
hint: Your function freezes every layer, so there is nothing left to train. Only the batch norms are
    meant.
read: folding-freeze
"""


def freeze(model):
    return model.eval().requires_grad_(False)
