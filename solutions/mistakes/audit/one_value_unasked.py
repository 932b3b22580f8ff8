"""One value per channel is never tried in training.

loses: audit
hint: You never train on one value per channel, where no variance can be estimated. Torch raises
    a ValueError: expect one from the layer too.
read: audit-probes
"""


def refuses(layer, one):
    return True
