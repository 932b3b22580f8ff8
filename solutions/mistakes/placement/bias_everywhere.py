"""The convolution always has a bias.

loses: conv_block
hint: Your convolution keeps its bias in front of batch norm, which subtracts the mean and the bias
    with it. The parameter costs memory and changes nothing.
read: placement-bias
"""


def conv_block(in_channels, out_channels, order):
    conv = nn.Conv2d(in_channels, out_channels, 3, padding=1)
    norm, relu = nn.BatchNorm2d(out_channels), nn.ReLU()
    if order == "none":
        return nn.Sequential(conv, relu)
    if order == "before":
        return nn.Sequential(conv, norm, relu)
    if order == "after":
        return nn.Sequential(conv, relu, norm)
    raise ValueError(f"conv_block: order is {order!r}, expected none, before or after.")
