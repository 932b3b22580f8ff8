"""The mode of the whole model is that of its outermost module.

loses: evaluate
hint: Your function remembers one mode for the whole model, and setting it wakes up every frozen
    batch norm inside. Each module has a mode of its own.
read: placement-evaluate
"""


def evaluate(model, batches):
    training = model.training
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    model.train(training)
    return right / count
