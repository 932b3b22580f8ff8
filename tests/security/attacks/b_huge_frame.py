"""Announces a frame of 2 GB and begins to send it.

item: B oversize frames, shape=(1<<40,) headers, compressed bombs
harm: the judge allocates the announced memory
deserves: nothing
says: the result was too large or not data
control: by_design: a length above the limit is refused before the frame is read
"""

import struct
import sys


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def batch_moments(x):
    socket_of_the_worker().sendall(struct.pack("<I", 2**31) + bytes(100_000))


normalize = batch_moments
