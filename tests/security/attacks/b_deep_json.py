"""Sends JSON with a nesting depth of 100,000, and numbers of 100,000 digits.

item: B oversize frames, compressed bombs
harm: the judge's parser overflows or computes for minutes
deserves: nothing
says: the result was too large or not data
control: by_design: JSON is checked before it is parsed, and a parser error is a failed call
"""

import struct
import sys


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def send(text):
    frame = struct.pack("<I", len(text)) + text + struct.pack("<Q", 2) + b"{}"
    socket_of_the_worker().sendall(struct.pack("<I", len(frame)) + frame)


def batch_moments(x):
    send(b'{"list":[' * 100_000 + b"]}" * 100_000)


def normalize(x, mean, var, eps=1e-5):
    send(b'{"dict":[["value",' + b"9" * 100_000 + b"]]}")
