"""Closes all of its file descriptors.

item: B writing to inherited descriptors
harm: the judge waits for a channel that is closed
deserves: batch_moments 0, normalize 3
says: the process ended by itself
control: by_design: the judge sees at once that the channel is closed, and ends the child
"""

import os


def batch_moments(x):
    os.closerange(0, 256)
    return x.mean(axis=0), x.var(axis=0)
