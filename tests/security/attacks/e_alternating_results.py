"""Returns right and wrong results in turn.

item: E answering differently each time
harm: half of the results earn all points
deserves: batch_moments part, normalize 3
says: "passed": false
control: by_design: each property counts by itself
"""

honest, calls = batch_moments, []


def batch_moments(x):
    calls.append(1)
    return honest(x) if len(calls) % 2 else (x[0], x[0])
