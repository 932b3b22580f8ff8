"""The batch norm has a momentum of its own.

loses: conv_block
hint: Your batch norm has another momentum than torch's default, so its running statistics
    differ from those of the block that was asked for. Leave the default.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    if order not in ("none", "before", "after"):
        raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels, momentum=0.01), nn.ReLU()
    tails = {"none": [relu], "before": [norm, relu], "after": [relu, norm]}
    return nn.Sequential(conv, *tails[order])
