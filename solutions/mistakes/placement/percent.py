"""The accuracy is given in percent.

loses: evaluate
hint: Your accuracy runs from 0 to 100. It is a share, from 0 to 1.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return 100 * right / count
