"""The model is evaluated in the mode it is in.

loses: evaluate
hint: Your accuracy is measured in training mode: each batch is normalized with its own statistics,
    and moves the running ones. Evaluation needs the evaluation mode.
read: placement-evaluate
"""


def evaluate(model, batches):
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    return right / count
