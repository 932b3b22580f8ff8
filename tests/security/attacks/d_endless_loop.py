"""Loops without end and ignores every signal that can be ignored.

item: D endless loops in Python and in C, SIGINT ignored
harm: the grading stops
deserves: batch_moments 0, normalize 3
says: one call took longer than
control: by_design: another process enforces the deadline by SIGKILL, which cannot be ignored
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
