"""Reads a classmate's submission.

item: C other submissions
harm: work is copied during grading
deserves: everything
witness: canary
control: unconfined
"""


def attempt():
    with open(TARGETS["classmate"]) as file:
        return file.read()
