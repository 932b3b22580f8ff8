"""The batch norm keeps no running statistics.

loses: conv_block
hint: Your batch norm has track_running_stats=False, so it normalizes with the batch in
    evaluation too. Leave torch's default.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    if order not in ("none", "before", "after"):
        raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm, relu = nn.BatchNorm2d(out_channels, track_running_stats=False), nn.ReLU()
    tails = {"none": [relu], "before": [norm, relu], "after": [relu, norm]}
    return nn.Sequential(conv, *tails[order])
