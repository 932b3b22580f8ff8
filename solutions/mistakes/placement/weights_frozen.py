"""Gradients are switched off by freezing the weights for good.

loses: evaluate
hint: Your function switches gradients off at the weights and leaves them so: the model cannot be
    trained any more. Switch them off for the duration of the pass.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval().requires_grad_(False)
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
