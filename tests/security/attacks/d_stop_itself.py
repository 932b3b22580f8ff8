"""Stops its own process with SIGSTOP: neither dead nor alive.

item: D sleeping until each timeout
harm: the class waits for a process that will never answer
deserves: batch_moments 0, normalize 3
says: "passed": false
control: design: the deadline is kept by another process, and SIGKILL ends a stopped one
"""

import os
import signal
import time


def batch_moments(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)
