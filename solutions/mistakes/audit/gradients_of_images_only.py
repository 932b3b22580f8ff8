"""Gradients are compared on images, not on rows.

loses: audit
hint: You compare gradients on images only. Code that has a branch for rows can be wrong there
    alone: compare all gradients on both.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    compared = grads if x.ndim == 4 else ()
    return [leaf, y, *compared, *layer.state_dict().values()]
