"""A second ReLU follows batch norm.

loses: conv_block
hint: Your "after" block ends in a ReLU. In this order batch norm is the last layer, and its output
    goes on as it is.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm, nn.ReLU())
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
