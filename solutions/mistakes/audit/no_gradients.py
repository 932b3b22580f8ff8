"""Outputs and state are compared, gradients are not.

loses: audit
hint: You compare outputs and state. A layer that treats its statistics as constants has the right
    output and learns wrongly: compare the gradients of x, weight and bias too.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    return [leaf, y, *layer.state_dict().values()]
