"""Hands in a module of a terabyte, which takes no room on its own disk.

item: D disk and memory bombs
kind: files
harm: memory fills with whatever is handed in
deserves: nothing
says: bnlab/moments.py is larger than 256 KiB.
control: naive
"""

import os


def build(place):
    folder = place.submission()
    os.truncate(folder / "bnlab" / "moments.py", 2**40)
    os.truncate(next(folder.glob("*.ipynb")), 2**40)


def naive(place):
    build(place)
    try:
        (place.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_bytes()
    except (MemoryError, OSError, OverflowError) as error:
        return f"an ordinary reader stops with {type(error).__name__}"
