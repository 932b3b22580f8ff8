"""Gradients are recorded during evaluation.

loses: evaluate
hint: Your forward pass records a graph that nobody uses, which costs memory for every batch.
    Evaluation mode does not switch gradients off; that is another switch.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    for x, label in batches:
        right += (model(x).argmax(1) == label).sum().item()
        count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
