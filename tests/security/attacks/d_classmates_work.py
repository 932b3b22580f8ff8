"""Overwrites and removes a classmate's submission.

item: D other learners' files
harm: a classmate's mark is lost
deserves: everything
witness: changed
control: open
"""

import os


def attempt():
    with open(WORLD["classmate"], "w") as file:
        file.write("")
    os.unlink(WORLD["classmate"])
