"""A model without batch norm is refused.

loses: freeze
hint: Your function raises an error where a model has no batch norm. There is nothing to freeze in
    it: return it as it is.
read: folding-freeze
"""


def freeze(model):
    norms = [module for module in model.modules() if isinstance(module, BATCH_NORMS)]
    if not norms:
        raise ValueError("freeze: the model has no batch norm.")
    for norm in norms:
        norm.eval()
        norm.requires_grad_(False)
    return model
