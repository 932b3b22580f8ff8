"""Reads its own environment, and by ctypes the one that the process was started with.

item: C environment
harm: tokens in the teacher's shell are read
deserves: everything
control: design: the worker is started with an environment of six names, none of them the teacher's
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
    return [found[name] for name in found if name == WORLD["variable"] or "TOKEN" in name]
