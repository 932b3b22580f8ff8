"""Measures the time between two calls, to learn where a comparison failed.

item: C timing of the comparator
harm: a comparison that stops at the first difference reveals where it is
deserves: batch_moments 0, normalize 3
says: "passed": false
control: by_design: the comparison always reads every number, in another process, and the inputs of
    a submission are never drawn again
"""

import time

honest, seen = batch_moments, []


def batch_moments(x):
    seen.append(time.perf_counter())
    mean, var = honest(x)
    mean[len(seen) % len(mean)] += 1.0
    return mean, var + 1
