"""num_batches_tracked is not compared.

loses: audit
hint: You never look at num_batches_tracked. It is part of the state: where momentum is None it
    decides the weight of each batch. Compare it with torch's, after training and after
    evaluation.
read: audit-running
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads, layer.running_mean, layer.running_var]
