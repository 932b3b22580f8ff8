"""Hands in a zip that says inside that it is a classmate's.

item: D spoofed learner ids
kind: files
harm: a classmate's work is replaced
deserves: everything
says: refused
control: naive
"""

import zipfile

from bngrader.course.collect import collect


def build(place):
    place.submission()
    folder = place.submitted.parent / "zips"
    folder.mkdir()
    with zipfile.ZipFile(folder / "mallory.zip", "w") as made:
        made.writestr("classmate/moments/bnlab/moments.py", "x = 1\n")


def also(place, reports):
    folder = place.submitted.parent / "zips"
    (line,) = collect([folder], place.submitted)
    (folder / "mallory.zip").unlink()
    folder.rmdir()
    return str(line)


def naive(place):
    build(place)
    with zipfile.ZipFile(place.submitted.parent / "zips" / "mallory.zip") as made:
        made.extractall(place.submitted)
    return place.harm(None).get("changed")
