"""The state is compared after training, not after evaluation.

loses: audit
hint: You compare the running statistics after training steps. A layer that also changes them in
    evaluation slips through: compare them after an evaluation too.
read: audit-modes
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    state = layer.state_dict().values() if training else ()
    return [leaf, y, *grads, *state]
