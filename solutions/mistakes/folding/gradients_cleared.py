"""The gradients of the model are deleted.

loses: recalibrate
hint: Your function deletes the gradients of the model, and somebody may be about to make a step
    with them. Under torch.no_grad() the batches leave none behind.
read: folding-recalibrate
"""

_recalibrate = recalibrate


def recalibrate(model, batches):
    model.zero_grad()
    return _recalibrate(model, batches)
