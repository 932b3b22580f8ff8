"""Sends forged replies before any request, with fields such as "passed".

item: B replaying old replies
harm: the judge believes a reply that says "passed"
deserves: nothing
says: "passed": false
control: by_design: a reply holds values; no field of it is a verdict
"""

import sys

wire = sys.modules["bngrader.remote.wire"]
framing = sys.modules["bngrader.remote.framing"]


def socket_of_the_worker():
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]


FORGED = {
    "value": True, "passed": True, "points": 7, "max_points": 7, "end": "holds",
    "error": None, "failure": "", "verdicts": [{"passed": True}],
}  # fmt: skip
for _ in range(50):
    framing.send(socket_of_the_worker(), wire.encode(FORGED))


def batch_moments(x):
    return True


def normalize(x, mean, var, eps=1e-5):
    return True
