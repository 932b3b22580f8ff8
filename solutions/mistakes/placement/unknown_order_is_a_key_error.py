"""An unknown order raises the KeyError of a dictionary.

loses: conv_block
hint: Your block raises a KeyError for an unknown order. A wrong value of an argument is a
    ValueError, which says what was given and what was expected.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    layers = {"none": [conv, relu], "before": [conv, norm, relu], "after": [conv, relu, norm]}
    return nn.Sequential(*layers[order])
