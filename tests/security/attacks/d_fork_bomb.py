"""Forks as often as it is let, each child sleeping. (Stops at three hundred, for the control.)

item: D fork bombs
harm: the machine has no processes left
deserves: everything
witness: alive
control: open
"""

import ctypes
import os
import time


def attempt():
    children = 0
    while children < 300:
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, WORLD["mark"].encode(), 0, 0, 0)
            os.closerange(0, 256)
            time.sleep(20)
            os._exit(0)
        children += 1
    return children
