"""Reads its environment, and by ctypes the one with which the process was started.

item: C environment
harm: tokens in the teacher's shell are read
deserves: everything
control: by_design: the fork server is started with six variables, none of them the teacher's
"""

import ctypes
import os


def attempt():
    found = dict(os.environ)
    raw = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    index = 0
    while raw and raw[index]:
        name, _, value = raw[index].decode("utf-8", "replace").partition("=")
        found[name] = value
        index += 1
    return [found[name] for name in found if name == TARGETS["variable"] or "TOKEN" in name]
