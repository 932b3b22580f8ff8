"""Forks as often as it can, 300 times at most.

item: D fork bombs
harm: the machine can start no more processes
deserves: everything
witness: alive
control: unconfined
"""

import ctypes
import os
import time


def attempt():
    children = 0
    while children < 300:
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, TARGETS["process_name"].encode(), 0, 0, 0)
            os.closerange(0, 256)
            time.sleep(20)
            os._exit(0)
        children += 1
    return children
