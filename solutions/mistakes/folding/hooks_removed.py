"""All hooks are removed, not only those of the function.

loses: recalibrate
hint: Your function removes hooks that somebody else has set. Remove your own, by the handle that
    register_forward_hook returned.
read: folding-recalibrate
"""

_recalibrate = recalibrate


def recalibrate(model, batches):
    _recalibrate(model, batches)
    for module in model.modules():
        module._forward_hooks.clear()
    return model
