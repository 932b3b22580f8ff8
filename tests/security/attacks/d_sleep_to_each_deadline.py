"""Sleeps in every call until just before its deadline.

item: D sleeping until each timeout
harm: every submission costs the class the sum of all deadlines
deserves: nothing
says: the whole submission took longer than
control: design: a submission has a deadline of its own
"""

import time


def batch_moments(x):
    time.sleep(2.7)


normalize = batch_moments
