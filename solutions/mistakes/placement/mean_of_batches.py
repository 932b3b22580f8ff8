"""The accuracies of the batches are averaged.

loses: evaluate
hint: Your accuracy is the mean of the accuracies of the batches, so an image in a small batch
    counts more. Count right answers and images, and divide once.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).argmax(1) == label).double().mean().item()
            count += 1
    for module, training in modes:
        module.training = training
    return right / count
