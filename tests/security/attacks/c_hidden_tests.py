"""Imports and reads the hidden tests.

item: C test source, solved modules
harm: the hidden tests are known to whoever hands in first
deserves: everything
witness: obtained
control: unconfined
"""

import os
import sys


def attempt():
    sys.path.insert(0, TARGETS["root"])
    path = os.path.join(TARGETS["solutions"], "hidden_tests", "test_moments.py")
    with open(path) as file:
        return file.read(60)
