"""Sends 100,000 replies to one request.

item: B replaying old replies
harm: later requests are answered by earlier replies
deserves: nothing
says: "passed": false
control: by_design: more replies than requests end the call, and affect this submission only
"""

import sys

wire = sys.modules["bngrader.remote.wire"]
framing = sys.modules["bngrader.remote.framing"]


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


def batch_moments(x):
    sock = socket_of_the_worker()
    frame = wire.encode({"value": np.zeros(3)})
    for _ in range(100_000):
        framing.send(sock, frame)


def normalize(x, mean, var, eps=1e-5):
    return batch_moments(x)
