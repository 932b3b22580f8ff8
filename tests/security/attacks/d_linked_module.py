"""Hands in a link to the teacher's file in the place of a module.

item: D symlinks in a submission
kind: files
harm: the solution is handed in without being known
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive
"""


def build(place):
    module = place.submission() / "bnlab" / "moments.py"
    module.unlink()
    module.symlink_to(place.folder / "teacher.py")


def naive(place):
    build(place)
    read = (place.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
    return place.canary in read and "the link is followed"
