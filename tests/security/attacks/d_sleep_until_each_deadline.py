"""Sleeps in every call until just before its deadline.

item: D sleeping until each timeout
harm: one submission takes as long as the sum of all deadlines
deserves: nothing
says: the whole submission took longer than
control: by_design: the submission as a whole has a deadline as well
"""

import time


def batch_moments(*_):
    time.sleep(2.7)


normalize = batch_moments
