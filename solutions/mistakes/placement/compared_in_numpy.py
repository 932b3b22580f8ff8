"""Answers and labels are compared in NumPy, which knows the CPU alone.

loses: evaluate
hint: Your evaluation goes through NumPy, which cannot read what lies on a GPU. Compare with torch,
    where the model is, and take the one number at the end.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1).numpy() == label.numpy()).sum()
            count += len(label)
    for module, training in modes:
        module.training = training
    return float(right / count)
