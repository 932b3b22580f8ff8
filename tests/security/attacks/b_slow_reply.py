"""Sends its reply one byte at a time, with a pause before each.

item: B slow bytes on the channel
harm: a timeout that starts again with each byte never ends the call
deserves: nothing
says: one call took longer than
control: by_design: the deadline of a call is absolute
"""

import struct
import sys
import time


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def batch_moments(x):
    sock = socket_of_the_worker()
    sock.sendall(struct.pack("<I", 1_000_000))
    while True:
        sock.sendall(b"x")
        time.sleep(0.02)


normalize = batch_moments
