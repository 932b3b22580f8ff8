"""Sends arrays of thirty axes with sizes of the hidden input's digits, and of 20,000 axes.

item: B oversize frames, shape=(1<<40,) headers, compressed bombs
harm: every verdict prints the shape: a report of megabytes, or one with the hidden input
deserves: nothing
says: mean has 30 axes | the result was too large or not data
control: by_design: a shape of more than eight axes is counted, not printed
"""

import json
import struct
import sys


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def send(tree, body):
    text = json.dumps(tree).encode()
    frame = struct.pack("<I", len(text)) + text + body
    socket_of_the_worker().sendall(struct.pack("<I", len(frame)) + frame)


def batch_moments(x):
    digits = [int(abs(each) * 1e3) + 1 for each in x.ravel()[:3]]
    result = np.zeros((0, *digits, *[1] * 26))
    return result, result


def normalize(x, mean, var, eps=1e-5):
    row = {"dtype": "F64", "shape": [1] * 20_000, "data_offsets": [0, 8]}
    header = json.dumps({"0": row}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    send({"dict": [["value", {"ndarray": 0}]]}, struct.pack("<Q", len(header)) + header + bytes(8))
