"""Computes only at the first call; later ones get their input back.

item: E behaving only on the first call
harm: code that is right once is taken for right
deserves: batch_moments part, normalize 3
says: "passed": false
control: design: every property is asked with inputs of its own
"""

honest, calls = batch_moments, []


def batch_moments(x):
    calls.append(1)
    return honest(x) if len(calls) == 1 else (x[0], x[0])
