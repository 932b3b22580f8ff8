"""Fills memory outside its address space: memfd, /dev/shm and System V segments.

item: D memory, /dev/shm bombs
harm: the memory of the machine is full after the submission has ended
deserves: everything
witness: obtained
control: unconfined
"""

import ctypes
import os

SIZE = 16 * 2**20


def attempt():
    made = []
    try:
        descriptor = os.memfd_create("bomb")
        os.pwrite(descriptor, b"x", SIZE)
        made.append("memfd")
    except OSError:
        pass
    try:
        path = f"/dev/shm/{TARGETS['process_name']}b"
        with open(path, "wb") as file:
            file.write(b"x")
        os.unlink(path)
        made.append("shm")
    except OSError:
        pass
    libc = ctypes.CDLL(None)
    segment = libc.shmget(0, SIZE, 0o1600)
    if segment >= 0:
        libc.shmctl(segment, 0, None)
        made.append("sysv")
    return made
