"""Reads the course secret, from which hidden inputs are drawn.

item: C test source, solved modules, gradebook
harm: the hidden inputs of every submission can be computed
deserves: everything
witness: canary
control: unconfined
"""


def attempt():
    with open(TARGETS["secret"]) as file:
        return file.read()
