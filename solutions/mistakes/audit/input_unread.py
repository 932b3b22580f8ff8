"""Nobody looks whether the input has changed.

loses: audit
hint: You never look at x again. A layer that overwrites its input spoils whatever else needs it:
    keep a copy and compare.
read: audit-probes
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [y, *grads, *layer.state_dict().values()]
