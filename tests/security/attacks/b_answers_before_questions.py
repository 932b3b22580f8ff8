"""Sends replies of its own making ahead of every question, in the grader's own words.

item: B replaying old replies
harm: a reply that says "passed" is believed
deserves: nothing
says: "passed": false
control: design: a reply carries values, never a verdict; there is no word for "passed"
"""

import sys

wire = sys.modules["bngrader.remote.wire"]


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
    wire.send(socket_of_the_worker(), wire.encode(FORGED))


def batch_moments(x):
    return True


def normalize(x, mean, var, eps=1e-5):
    return True
