"""The batch norm has no weight and bias.

loses: conv_block
hint: Your batch norm has affine=False, so the network cannot choose scale and shift of its
    features. Leave torch's default.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    if order not in ("none", "before", "after"):
        raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels, affine=False), nn.ReLU()
    tails = {"none": [relu], "before": [norm, relu], "after": [relu, norm]}
    return nn.Sequential(conv, *tails[order])
