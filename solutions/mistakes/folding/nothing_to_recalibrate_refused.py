"""A model without batch norm is refused.

loses: recalibrate
hint: Your function raises an error where a model has no batch norm. There is nothing to set in it:
    return it as it is.
read: folding-recalibrate
"""

_recalibrate = recalibrate


def recalibrate(model, batches):
    if not any(isinstance(module, BATCH_NORMS) for module in model.modules()):
        raise ValueError("recalibrate: the model has no batch norm.")
    return _recalibrate(model, batches)
