"""Hands in a hard link to the teacher's file.

item: D hardlinks in a submission
kind: files
harm: the teacher's solution is handed in
deserves: nothing
says: bnlab/moments.py is a hard link, expected a file of its own.
control: naive_reader
"""

import os


def build(targets):
    module = targets.submission() / "bnlab" / "moments.py"
    module.unlink()
    os.link(targets.folder / "teacher.py", module)


def naive_reader(targets):
    build(targets)
    path = targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py"
    regular = path.is_file() and not path.is_symlink()
    return (
        regular
        and targets.canary in path.read_text()
        and "an ordinary reader takes it for a regular file"
    )
