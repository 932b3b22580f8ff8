"""Hands in a sparse file of a terabyte.

item: D disk and memory bombs
kind: files
harm: memory fills
deserves: nothing
says: bnlab/moments.py is larger than 256 KiB.
control: naive_reader
"""

import os


def build(targets):
    folder = targets.submission()
    os.truncate(folder / "bnlab" / "moments.py", 2**40)
    os.truncate(next(folder.glob("*.ipynb")), 2**40)


def naive_reader(targets):
    build(targets)
    try:
        (targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_bytes()
    except (MemoryError, OSError, OverflowError) as error:
        return f"an ordinary reader stops with {type(error).__name__}"
