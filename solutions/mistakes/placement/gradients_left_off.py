"""torch.set_grad_enabled(False) is left behind.

loses: evaluate
hint: Your function switches torch's gradients off and not on again: nothing can be trained
    after it. Use torch.no_grad as a context.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    torch.set_grad_enabled(False)
    right = count = 0
    for x, label in batches:
        right += (model(x).argmax(1) == label).sum().item()
        count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
