"""Fills memory that no limit on address space counts: files in memory, pages in shared memory.

item: D memory, /dev/shm bombs
harm: the machine's memory is full, and stays so
deserves: everything
witness: loot
control: open
"""

import ctypes
import os

SIZE = 16 * 2**20


def attempt():
    kept = []
    try:
        descriptor = os.memfd_create("bomb")
        os.pwrite(descriptor, b"x", SIZE)
        kept.append("memfd")
    except OSError:
        pass
    try:
        path = f"/dev/shm/{WORLD['mark']}b"
        with open(path, "wb") as file:
            file.write(b"x")
        os.unlink(path)
        kept.append("shm")
    except OSError:
        pass
    libc = ctypes.CDLL(None)
    made = libc.shmget(0, SIZE, 0o1600)
    if made >= 0:
        libc.shmctl(made, 0, None)
        kept.append("sysv")
    return kept
