"""The layer and its batch norm are wrapped in one container.

loses: fold_batch_norm
hint: Your result is right, but it still runs two layers. Folding gives one layer of the type of the
    first, with other numbers.
read: folding-formula
"""


def fold_batch_norm(layer, bn):
    return nn.Sequential(copy.deepcopy(layer), copy.deepcopy(bn).eval())
