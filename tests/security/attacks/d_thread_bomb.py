"""Starts as many threads as it can, 2,000 at most.

item: D fork bombs
harm: the machine can start no more threads
deserves: everything
control: by_design: RLIMIT_NPROC in a user namespace, or the limit on address space, stops it; all
    threads end with their process
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
