"""Sends a forged error whose class name holds hidden inputs.

item: B forged replies
harm: hidden inputs, HTML and control characters reach the feedback
deserves: batch_moments 0, normalize 3
says: "passed": false
control: by_design: the judge shows the name of an exception only if it is a built-in one
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
    text = f"<script>INPUT {x.ravel()[:3].tolist()}</script>\x1b[31m\u202e"
    framing.send(socket_of_the_worker(), wire.encode({"error": [text, text, 7]}))
    while True:
        pass
