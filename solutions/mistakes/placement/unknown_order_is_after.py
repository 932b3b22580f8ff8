"""Every unknown order gives the block of "after".

loses: conv_block
hint: Your block treats every order it does not know as one of the three. A misspelled order is a
    ValueError, or an experiment compares the wrong things in silence.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    return nn.Sequential(conv, relu, norm)
