"""Forks twice, leaves the session, and stays after the submission has ended.

item: D daemons and double forks
harm: code goes on running on the teacher's machine
deserves: everything
witness: alive
control: open
"""

import ctypes
import os
import time


def attempt():
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    ctypes.CDLL(None).prctl(15, WORLD["mark"].encode(), 0, 0, 0)
    os.closerange(0, 256)
    time.sleep(30)
    os._exit(0)
