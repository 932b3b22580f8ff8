"""The layers that are not batch norm are frozen.

loses: freeze
hint: Your function freezes everything but the batch norms. It is the other way round.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            module.eval()
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
    return model
