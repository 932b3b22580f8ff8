"""Hands in a device that never comes to an end, or a link to one where it may not make any.

item: D devices in a submission
kind: files
harm: the class waits, and memory fills
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive
"""

import os
import stat


def build(place):
    module = place.submission() / "bnlab" / "moments.py"
    module.unlink()
    try:
        os.mknod(module, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError:
        module.symlink_to("/dev/zero")


def naive(place):
    build(place)
    path = place.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    try:
        with open(path, "rb") as file:
            return len(file.read(2**22)) == 2**22 and "it gives as much as is asked for"
    except PermissionError:  # a file system that has no devices
        return "it is there, and opening it is refused by the mount alone"
