"""The gradient of the weight is not compared.

loses: audit
hint: You compare the gradients of x and of the bias, not that of the weight. A layer can be
    wrong in each of the three alone: compare all of them.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    dx, _, dbias = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, dx, dbias, *layer.state_dict().values()]
