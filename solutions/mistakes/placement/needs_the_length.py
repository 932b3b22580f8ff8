"""The batches are counted before they are read.

loses: evaluate
hint: Your code asks how many batches there are, or reads them twice. A stream of batches can be
    read once and has no length; count while you read.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, sum(len(label) for _, label in batches)
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).sum().item()
    for module, training in modes:
        module.training = training
    return right / count
