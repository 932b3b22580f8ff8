"""Gives two answers in turn, one of them right.

item: E answering differently each time
harm: the right half of the answers is paid in full
deserves: batch_moments part, normalize 3
says: "passed": false
control: design: half of the answers are right, and so is half of the marks
"""

honest, calls = batch_moments, []


def batch_moments(x):
    calls.append(1)
    return honest(x) if len(calls) % 2 else (x[0], x[0])
