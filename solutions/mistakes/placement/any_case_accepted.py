"""An order in upper case is accepted.

loses: conv_block
hint: Your block takes "Before" for "before". An order that is none of the three is a ValueError.
read: placement-order
"""

_conv_block = conv_block


def conv_block(in_channels, out_channels, order):
    return _conv_block(in_channels, out_channels, order.lower())
