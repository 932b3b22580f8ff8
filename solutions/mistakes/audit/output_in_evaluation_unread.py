"""In evaluation the output is not compared, only its gradients.

loses: audit
hint: In evaluation you compare gradients and state, not the output. A layer that adds a constant
    has the right gradients: compare the output in both modes.
read: audit-modes
"""

_noticed = noticed


def noticed(layer, training, x, dy):
    leaf, y, *others = _noticed(layer, training, x, dy)
    return [leaf, y, *others] if training else [leaf, *others]
