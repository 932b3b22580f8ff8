"""Reads from every inherited file descriptor.

item: C descriptors
harm: a file that the teacher's process left open is read
deserves: everything
control: by_design: the fork server inherits one socket; Python opens files with close-on-exec
"""

import os


def attempt():
    found = []
    for descriptor in range(3, 256):
        try:
            if not os.path.exists(f"/proc/self/fd/{descriptor}"):
                os.fstat(descriptor)
            with open(f"/proc/self/fd/{descriptor}", "rb") as file:
                found.append(file.read(100))
        except OSError:
            continue
    return [each for each in found if each]
