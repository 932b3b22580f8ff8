"""Classes made from torch's batch norms are not frozen.

loses: freeze
hint: Your function compares the class of a module with torch's classes. A class that is made
    from one of them is a batch norm as well: ask with isinstance.
read: folding-freeze
"""


def freeze(model):
    for module in model.modules():
        if type(module) in BATCH_NORMS:
            module.eval()
            module.requires_grad_(False)
    return model
