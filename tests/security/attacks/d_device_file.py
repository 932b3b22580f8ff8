"""Hands in an endless device file, or a link to one.

item: D devices in a submission
kind: files
harm: the grading stops, and memory fills
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive_reader
"""

import os
import stat


def build(targets):
    module = targets.submission() / "bnlab" / "moments.py"
    module.unlink()
    try:
        os.mknod(module, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError:
        module.symlink_to("/dev/zero")


def naive_reader(targets):
    build(targets)
    path = targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    try:
        with open(path, "rb") as file:
            return len(file.read(2**22)) == 2**22 and "an ordinary reader reads without end"
    except PermissionError:  # a file system that has no devices
        return "only the mount refuses to open it"
