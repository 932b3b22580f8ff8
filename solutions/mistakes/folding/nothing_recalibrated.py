"""The model is returned as it is.

loses: recalibrate
hint: Your function returns the model as it was: no batch has passed through it, and the running
    statistics are the old ones.
read: folding-recalibrate
"""


def recalibrate(model, batches):
    return model
