"""The scores are rounded to half precision before the largest is sought.

loses: evaluate
hint: Your code rounds the scores to half precision. Scores that are close to each other become
    equal, and the first of them wins; compare them as the model gives them.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            right += (model(x).half().argmax(1) == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
