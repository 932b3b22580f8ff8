"""Hands in a link to the teacher's file instead of a module.

item: D symlinks in a submission
kind: files
harm: the teacher's solution is handed in
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive_reader
"""


def build(targets):
    module = targets.submission() / "bnlab" / "moments.py"
    module.unlink()
    module.symlink_to(targets.folder / "teacher.py")


def naive_reader(targets):
    build(targets)
    read = (targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
    return targets.canary in read and "an ordinary reader follows the link"
