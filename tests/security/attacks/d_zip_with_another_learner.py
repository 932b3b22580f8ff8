"""Hands in a zip with the folder of a classmate inside.

item: D spoofed learner ids
kind: files
harm: a classmate's work is replaced
deserves: everything
says: mallory/moments taken
control: naive_reader
"""

import shutil
import zipfile

from bngrader.course.collecting.collect import collect


def build(targets):
    targets.submission()
    folder = targets.submitted.parent / "zips"
    folder.mkdir()
    with zipfile.ZipFile(folder / "mallory.zip", "w") as made:
        made.writestr("classmate/moments/bnlab/moments.py", "x = 1\n")


def also(targets, reports):
    folder, into = targets.submitted.parent / "zips", targets.submitted.parent / "collected"
    (line,) = collect([folder], into)
    assert [each.name for each in into.iterdir()] == ["mallory"]
    shutil.rmtree(into)
    shutil.rmtree(folder)
    return str(line)


def naive_reader(targets):
    build(targets)
    with zipfile.ZipFile(targets.submitted.parent / "zips" / "mallory.zip") as made:
        made.extractall(targets.submitted)
    return targets.harm(None).get("changed")
