"""Announces a frame of two gigabytes and begins to send it.

item: B oversize frames, shape=(1<<40,) headers, compressed bombs
harm: the judge sets aside memory for whatever is announced
deserves: nothing
says: the result was too large or not data
control: design: a length over the bound is refused before a byte is read
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
