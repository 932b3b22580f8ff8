"""Reads shared memory of other processes: /dev/shm, and System V segments.

item: C shared memory
harm: data of another process are read and changed
deserves: everything
witness: obtained
control: unconfined
"""

import ctypes


def attempt():
    try:
        with open(TARGETS["shared"]) as file:
            return file.read()
    except OSError:
        pass
    libc = ctypes.CDLL(None)
    made = libc.shmget(0x626E, 4096, 0o1666)
    return made >= 0 and "a segment outlives its process"
