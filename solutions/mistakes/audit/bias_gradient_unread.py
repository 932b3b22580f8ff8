"""The gradient of the bias is not compared.

loses: audit
hint: You compare the gradients of x and of the weight, not that of the bias. A layer can be
    wrong in each of the three alone: compare all of them.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads[:2], *layer.state_dict().values()]
