"""Names one array of 16 MiB fifteen thousand times in a reply.

item: B oversize frames, shape=(1<<40,) headers, compressed bombs
harm: the judge allocates the array once for each mention, 234 GiB
deserves: nothing
says: the result was too large or not data
control: by_design: a reply names each array once, so it is not larger than its frame
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


SIZE = 2**24
ROW = {"dtype": "U8", "shape": [SIZE], "data_offsets": [0, SIZE]}


def batch_moments(x):
    header = json.dumps({"0": ROW}).encode()
    body = struct.pack("<Q", len(header)) + header + bytes(SIZE)
    send({"dict": [["value", {"list": [{"ndarray": 0}] * 15_000}]]}, body)


def normalize(x, mean, var, eps=1e-5):
    batch_moments(x)
