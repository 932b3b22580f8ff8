"""Hands in five thousand files and folders beside its module.

item: D a million files
kind: files
harm: whoever walks or copies a submission is busy for long
deserves: everything
control: design: two files are opened by their names; nothing else is listed, copied or read
"""


def build(place):
    folder = place.submission()
    for number in range(2_500):
        (folder / f"{number}.txt").touch()
        (folder / "bnlab" / f"{number}").mkdir()
