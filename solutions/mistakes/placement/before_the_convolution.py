"""The order "before" normalizes the input of the convolution.

loses: conv_block
hint: Your "before" block normalizes what the convolution receives. The question is about the ReLU:
    batch norm stands between the convolution and it.
read: placement-order
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order != "before")
    norm = nn.BatchNorm2d(in_channels if order == "before" else out_channels)
    relu = nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(norm, conv, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
