"""Reads the secret that hidden inputs are drawn from.

item: C test source, solved modules, gradebook
harm: the hidden inputs of every submission can be computed
deserves: everything
witness: canary
control: open
"""


def attempt():
    with open(WORLD["secret"]) as file:
        return file.read()
