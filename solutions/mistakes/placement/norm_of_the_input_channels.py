"""Batch norm is made for the channels of the input.

loses: conv_block
hint: Your batch norm has as many features as the block has input channels. It sees what the
    convolution gives, so it needs the output channels.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(in_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
