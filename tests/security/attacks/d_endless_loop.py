"""Loops for ever in Python, with every signal it can ignore ignored.

item: D endless loops in Python and in C, SIGINT ignored
harm: the class waits
deserves: batch_moments 0, normalize 3
says: one call took longer than
control: design: the deadline is kept by another process, and SIGKILL cannot be ignored
"""

import signal

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        continue


def batch_moments(x):
    while True:
        pass
