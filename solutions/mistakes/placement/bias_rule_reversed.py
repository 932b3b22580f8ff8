"""The bias is left out in the order "after" only.

loses: conv_block
hint: Your convolution has its bias exactly where batch norm takes it away, and lacks it where a
    ReLU comes first. Ask in which order a constant reaches the mean unbent.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "after")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
