"""Reads shared memory of other processes: /dev/shm, and System V segments.

item: C shared memory
harm: another process' data are read and spoilt
deserves: everything
witness: loot
control: open
"""

import ctypes


def attempt():
    try:
        with open(WORLD["shared"]) as file:
            return file.read()
    except OSError:
        pass
    libc = ctypes.CDLL(None)
    made = libc.shmget(0x626E, 4096, 0o1666)
    return made >= 0 and "a segment outlives its process"
