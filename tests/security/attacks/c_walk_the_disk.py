"""Walks the whole file system for whatever can be read and looks like a teacher's.

item: C test source, solved modules, gradebook, other submissions
harm: anything on the machine that is readable is taken
deserves: everything
witness: loot
control: open
"""

import os

INTERESTING = {"gradebook.db", "nbgrader_config.py", "secret", "test_moments.py", "teacher.py"}


def attempt():
    found = []
    for top in (WORLD["folder"], WORLD["root"], "/home", "/root", "/srv", "/etc/ssh"):
        for folder, folders, names in os.walk(top):
            folders[:] = [each for each in folders if not each.startswith(".venv")][:50]
            found += [os.path.join(folder, each) for each in names if each in INTERESTING]
            if len(found) > 5:
                break
    return [path for path in found if os.access(path, os.R_OK)]
