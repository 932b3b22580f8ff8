"""Stops its own process with SIGSTOP.

item: D sleeping until each timeout
harm: the judge waits for a process that never replies
deserves: batch_moments 0, normalize 3
says: "passed": false
control: by_design: another process enforces the deadline by SIGKILL, which ends a stopped process
"""

import os
import signal
import time


def batch_moments(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)
