"""Hands in a link to a classmate's folder instead of a folder.

item: D symlinks in a submission
kind: files
harm: somebody else's work is handed in
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive_reader
"""


def build(targets):
    folder = targets.submission() / "bnlab"
    (folder / "moments.py").unlink()
    folder.rmdir()
    folder.symlink_to(targets.submitted / "classmate" / "moments" / "bnlab")


def naive_reader(targets):
    build(targets)
    read = (targets.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
    return targets.canary in read and "an ordinary reader follows the link"
