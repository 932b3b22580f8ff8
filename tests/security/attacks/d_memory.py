"""Asks for sixty-four gigabytes: private, shared and by torch.

item: D memory bombs
harm: the machine swaps, and the kernel ends whatever it likes
deserves: everything
control: design: RLIMIT_AS holds on every tier, so there is no judge without it
"""

import mmap


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
