"""Sends frames whose headers announce a tensor of 2**40 numbers, or 100,000 tensors.

item: B oversize frames, shape=(1<<40,) headers, compressed bombs
harm: the judge allocates the announced memory
deserves: nothing
says: the result was too large or not data
control: by_design: the tensor header is checked before it is parsed, and safetensors refuses sizes
    that do not match the bytes
"""

import json
import struct
import sys


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def send(header):
    tree = json.dumps({"dict": [["value", {"ndarray": 0}]]}).encode()
    text = json.dumps(header).encode()
    frame = struct.pack("<I", len(tree)) + tree + struct.pack("<Q", len(text)) + text
    socket_of_the_worker().sendall(struct.pack("<I", len(frame)) + frame)


def batch_moments(x):
    send({"0": {"dtype": "F64", "shape": [2**40], "data_offsets": [0, 2**43]}})


def normalize(x, mean, var, eps=1e-5):
    send({str(n): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for n in range(100_000)})
