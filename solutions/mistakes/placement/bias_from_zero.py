"""The bias of the convolution starts at zero.

loses: conv_block
hint: Your block sets the first weights itself. Leave those that torch draws.
read: placement-bias
"""

_conv_block = conv_block


def conv_block(in_channels, out_channels, order):
    block = _conv_block(in_channels, out_channels, order)
    if block[0].bias is not None:
        nn.init.zeros_(block[0].bias)
    return block
