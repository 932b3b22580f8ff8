"""The block comes in evaluation mode.

loses: conv_block
hint: Your block is in evaluation mode, so whoever trains it trains with running statistics that
    nobody has measured. A new layer is in training mode.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    if order not in ("none", "before", "after"):
        raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    tails = {"none": [relu], "before": [norm, relu], "after": [relu, norm]}
    return nn.Sequential(conv, *tails[order]).eval()
