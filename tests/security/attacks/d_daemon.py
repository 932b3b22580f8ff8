"""Forks twice and leaves the session, to run after the submission has ended.

item: D daemons and double forks
harm: code goes on running on the teacher's machine
deserves: everything
witness: alive
control: unconfined
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
    ctypes.CDLL(None).prctl(15, TARGETS["process_name"].encode(), 0, 0, 0)
    os.closerange(0, 256)
    time.sleep(30)
    os._exit(0)
