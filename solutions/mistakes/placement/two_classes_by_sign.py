"""Of two classes, the second is predicted where its score is positive.

loses: evaluate
hint: With two classes your code looks at the sign of one score. The prediction is the class with
    the larger score, and both may be negative.
read: placement-evaluate
"""


def evaluate(model, batches):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, label in batches:
            scores = model(x)
            two = scores.shape[1] == 2
            predicted = (scores[:, 1] > 0).long() if two else scores.argmax(1)
            right += (predicted == label).sum().item()
            count += len(label)
    for module, training in modes:
        module.training = training
    return right / count
