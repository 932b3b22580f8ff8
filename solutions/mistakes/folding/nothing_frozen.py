"""The model is returned as it is.

loses: freeze
hint: Your function returns the model as it was: its batch norms are still in training mode, and
    their weights are still trained.
read: folding-freeze
"""


def freeze(model):
    return model
