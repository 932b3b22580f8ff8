"""Allocates 64 GB: private, shared and by torch.

item: D memory bombs
unit: channels
harm: the machine swaps, and the kernel kills other processes
deserves: everything
control: by_design: RLIMIT_AS is set on every tier
"""

import mmap

import numpy as np


def attempt():
    import torch

    got = []
    for ask in (
        lambda: bytearray(2**36),
        lambda: mmap.mmap(-1, 2**36),
        lambda: torch.empty(2**36, dtype=torch.uint8),
        lambda: np.empty(2**36, dtype=np.uint8),
    ):
        try:
            got.append(len(ask()))
        except (MemoryError, OSError, RuntimeError):
            continue
    return got
