"""One value per channel is tried as a row, and not as an image of one pixel.

loses: audit
hint: You train on one row, and not on one image of one pixel. A layer may refuse the row and
    accept the pixel: try both.
read: audit-probes
"""

_refuses = refuses


def refuses(layer, one):
    return one.ndim == 4 or _refuses(layer, one)
