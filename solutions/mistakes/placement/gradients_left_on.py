"""torch.set_grad_enabled(True) ends the function, whatever was before.

loses: evaluate
hint: Your function switches torch's gradients on at the end, also where they were off before the
    call. Use torch.no_grad as a context.
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
    torch.set_grad_enabled(True)
    for module, training in modes:
        module.training = training
    return right / count
