"""The input is compared after training only.

loses: audit
hint: You look at x again after training, but not after evaluation. A layer can overwrite its
    input in either mode: compare in both.
read: audit-probes
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    before = [leaf] if training else []
    return [*before, y, *grads, *layer.state_dict().values()]
