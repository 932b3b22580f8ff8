"""Answers the request to load its file itself, with names that are lists, and waits.

item: B forged replies
harm: the judge fails on the reply, and the learner is not judged instead of losing marks
deserves: nothing
says: your file cannot be imported
control: by_design: whatever goes wrong in reading a reply is a failure of the learner
"""

import json
import struct
import sys
import time


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def send(tree, body):
    text = json.dumps(tree).encode()
    frame = struct.pack("<I", len(text)) + text + body
    socket_of_the_worker().sendall(struct.pack("<I", len(frame)) + frame)


EMPTY = struct.pack("<Q", 8) + b"{}      "

send({"dict": [["forbidden", {"list": [{"list": []}, {"dict": []}]}]]}, EMPTY)
time.sleep(1)
