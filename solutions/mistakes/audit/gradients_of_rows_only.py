"""Gradients are compared on rows, not on images.

loses: audit
hint: You compare gradients on rows only. On images they are sums over three axes: compare all
    gradients there too.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    compared = grads if x.ndim == 2 else ()
    return [leaf, y, *compared, *layer.state_dict().values()]
