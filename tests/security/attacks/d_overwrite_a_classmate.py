"""Overwrites and removes a classmate's submission.

item: D other learners' files
harm: a classmate's mark is lost
deserves: everything
witness: changed
control: unconfined
"""

import os


def attempt():
    with open(TARGETS["classmate"], "w") as file:
        file.write("")
    os.unlink(TARGETS["classmate"])
