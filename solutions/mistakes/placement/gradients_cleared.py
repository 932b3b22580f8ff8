"""The gradients of the model are deleted.

loses: evaluate
hint: Your code deletes the gradients of the model. Somebody may evaluate between backward and
    step; torch.no_grad() is enough, and touches no gradient.
read: placement-evaluate
"""

_evaluate = evaluate


def evaluate(model, batches):
    model.zero_grad()
    return _evaluate(model, batches)
