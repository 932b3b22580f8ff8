"""Evaluation is tried under no_grad only.

loses: audit
hint: You evaluate under no_grad. Modes are switched by train() and eval(), not by gradients: also
    evaluate with gradients on, and compare them.
read: audit-modes
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    with torch.set_grad_enabled(training):
        y = layer.train(training)(leaf)
    grads = ()
    if training:
        grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads, *layer.state_dict().values()]
