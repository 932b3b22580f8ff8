"""The model stays in evaluation mode.

loses: evaluate
hint: Your function leaves the model in evaluation mode, so that training goes on with frozen
    statistics. Give each module back the mode it had.
read: placement-evaluate
"""


def evaluate(model, batches):
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    return right / count
