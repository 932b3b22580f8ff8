"""The orders "before" and "after" are exchanged.

loses: conv_block
hint: Your "before" is the block that "after" should be, and the other way round. The word says
    where batch norm stands, seen from the ReLU.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "after")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, relu, norm)
    if order == "after":
        return nn.Sequential(conv, norm, relu)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
