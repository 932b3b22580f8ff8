"""Changes priorities and asks for real-time scheduling.

item: D other processes
harm: other processes get no processor time
deserves: everything
witness: obtained
control: unconfined
"""

import ctypes
import os


def attempt():
    got = []
    try:
        os.setpriority(os.PRIO_PROCESS, TARGETS["sentinel"], 5)
        got.append("another's priority")
    except OSError:
        pass
    libc = ctypes.CDLL(None)
    parameter = ctypes.c_int(1)
    if libc.sched_setscheduler(0, 1, ctypes.byref(parameter)) == 0:
        got.append("real-time")
        parameter = ctypes.c_int(0)
        libc.sched_setscheduler(0, 0, ctypes.byref(parameter))
    return got
