"""The layer is returned as it is.

loses: fold_batch_norm
hint: Your function returns the layer that it was given. The batch norm has to be worked into the
    weight and the bias of a new layer.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    return layer
