"""Fills the disk: with large files, and where those are not let, with many.

item: D disk bombs
harm: the machine's disk is full, and nobody's work can be saved
deserves: everything
witness: changed
control: open
"""

import os


def attempt():
    written = 0
    for place in (WORLD["drop"], ".", "/tmp", "/var/tmp"):
        for number in range(80):
            path = os.path.join(place, f"{WORLD['mark']}-{number}")
            try:
                with open(path, "wb") as file:
                    file.write(bytes(2**20 - 1))
            except OSError:
                break
            written += 1
            if place != WORLD["drop"]:
                os.unlink(path)
                written -= 1
    return written
