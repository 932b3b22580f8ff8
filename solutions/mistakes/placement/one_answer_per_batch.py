"""The largest score is sought in the whole batch.

loses: evaluate
hint: Your code looks for the largest score of the whole batch and finds one answer. Each row has an
    answer of its own, over the classes.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax() == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
