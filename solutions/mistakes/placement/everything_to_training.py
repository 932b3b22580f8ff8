"""Every module is put in training mode at the end.

loses: evaluate
hint: Your function ends with everything in training mode, also a model that was in evaluation mode
    before. Remember the modes first, then restore them.
read: placement-evaluate
"""


def evaluate(model, batches):
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    model.train()
    return right / count
