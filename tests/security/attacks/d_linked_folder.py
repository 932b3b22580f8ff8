"""Hands in a link to a classmate's folder in the place of its own.

item: D symlinks in a submission
kind: files
harm: somebody else's work is handed in
deserves: nothing
says: bnlab/moments.py is not a regular file.
control: naive
"""


def build(place):
    folder = place.submission() / "bnlab"
    (folder / "moments.py").unlink()
    folder.rmdir()
    folder.symlink_to(place.submitted / "classmate" / "moments" / "bnlab")


def naive(place):
    build(place)
    read = (place.submitted / "mallory" / "moments" / "bnlab" / "moments.py").read_text()
    return place.canary in read and "the link is followed"
