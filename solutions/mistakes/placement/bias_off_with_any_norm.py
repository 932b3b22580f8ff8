"""The bias is left out wherever there is a batch norm.

loses: conv_block
hint: Your convolution loses its bias in both orders that have a batch norm. A ReLU between the two
    bends the bias, so that no mean can take it away.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=order == "none")
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
