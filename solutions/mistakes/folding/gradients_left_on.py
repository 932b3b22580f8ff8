"""torch.set_grad_enabled(True) ends the function, whatever was before.

loses: recalibrate
hint: Your function switches torch's gradients on at the end, also where they were off before the
    call. Use torch.no_grad as a context.
read: folding-recalibrate
"""

_recalibrate = recalibrate


def recalibrate(model, batches):
    torch.set_grad_enabled(False)
    _recalibrate(model, batches)
    torch.set_grad_enabled(True)
    return model
