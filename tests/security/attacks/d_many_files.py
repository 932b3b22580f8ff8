"""Hands in 5,000 files and folders with its module.

item: D a million files
kind: files
harm: a program that lists or copies a submission is slow
deserves: everything
control: by_design: two files are opened by their names; of other files some names are listed
"""


def build(targets):
    folder = targets.submission()
    for number in range(2_500):
        (folder / f"{number}.txt").touch()
        (folder / "bnlab" / f"{number}").mkdir()
