"""Two calls with the same arguments give the same block.

loses: conv_block
hint: Your function keeps its blocks and gives the same one again, so two places of a network
    share their weights. Make new layers in each call.
read: placement-bias
"""

import functools

conv_block = functools.cache(conv_block)
