"""Computes the first call only; later calls return rows of the input.

item: E behaving only on the first call
harm: code that is right once passes
deserves: batch_moments part, normalize 3
says: "passed": false
control: by_design: every property has inputs of its own
"""

honest, calls = batch_moments, []


def batch_moments(x):
    calls.append(1)
    return honest(x) if len(calls) == 1 else (x[0], x[0])
