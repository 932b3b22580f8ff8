"""The gradient of x is not compared, those of weight and bias are.

loses: audit
hint: You compare the gradients of weight and bias. The one of x is the hard one: it passes
    through the mean and the variance. Compare it too.
read: audit-gradient
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads[1:], *layer.state_dict().values()]
