"""The convolution has no padding.

loses: conv_block
hint: Your convolution has no padding, so each block makes the image two pixels smaller. A border of
    one pixel keeps its size.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
