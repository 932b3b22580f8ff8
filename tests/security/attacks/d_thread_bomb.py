"""Starts threads as often as it is let. (Stops at two thousand, for the control.)

item: D fork bombs
harm: the machine has no tasks left
deserves: everything
control: design: RLIMIT_NPROC in a user namespace of its own, or the limit on address space, ends
    it; all threads end with their process
"""

import threading


def attempt():
    started, stop = 0, threading.Event()
    try:
        while started < 2_000:
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except (RuntimeError, MemoryError):
        pass
    finally:
        stop.set()
    return started >= 2_000 and started
