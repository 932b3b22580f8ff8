"""The list of batches is emptied.

loses: evaluate
hint: Your function takes the batches out of the caller's list, which is empty afterwards. Go
    through it without changing it.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    batches = batches if isinstance(batches, list) else list(batches)
    with torch.no_grad():
        while batches:
            x, label = batches.pop(0)
            right += (model(x).argmax(1) == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
