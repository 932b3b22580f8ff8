"""Spaces around the order are cut off.

loses: conv_block
hint: Your block takes " before" for "before". Every other order is an error, a word with a space
    too; compare the text as it is given.
read: placement-order
"""

_block = conv_block


def conv_block(in_channels, out_channels, order):
    return _block(in_channels, out_channels, order.strip())
