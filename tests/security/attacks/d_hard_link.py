"""Hands in a hard link to the teacher's file: a regular file that it may not even read itself.

item: D hardlinks in a submission
kind: files
harm: the solution is handed in without being known
deserves: nothing
says: bnlab/moments.py is a hard link, expected a file of its own.
control: naive
"""

import os


def build(place):
    module = place.submission() / "bnlab" / "moments.py"
    module.unlink()
    os.link(place.folder / "teacher.py", module)


def naive(place):
    build(place)
    path = place.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    regular = path.is_file() and not path.is_symlink()
    return regular and place.canary in path.read_text() and "it is a regular file like any other"
