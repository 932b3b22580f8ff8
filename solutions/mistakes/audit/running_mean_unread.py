"""The running mean is not compared.

loses: audit
hint: You never look at running_mean after training. A layer may evaluate with numbers that its
    state does not hold, and lose them with the next file. Compare the whole state.
read: audit-running
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads, layer.running_var, layer.num_batches_tracked]
