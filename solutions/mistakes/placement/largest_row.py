"""The largest score is sought over the rows.

loses: evaluate
hint: Your code asks, for each class, which image has the largest score. The question is, for each
    image, which class has it.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(0) == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
