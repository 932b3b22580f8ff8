"""Puts links to a classmate's folders beside its own, under names of its choice.

item: D symlinks in a submission
kind: files
harm: somebody else's work is graded under another name
deserves: everything
says: learners: classmate, mallory
control: naive
"""

from bngrader.course.submissions import find


def build(place):
    place.submission()
    (place.submitted / "eve").symlink_to(place.submitted / "classmate")
    (place.submitted / "mallory" / "forward").symlink_to(place.submitted / "classmate" / "moments")


def also(place, reports):
    found, _ = find(place.submitted)
    return f"learners: {', '.join(sorted({each.learner for each in found}))}"


def naive(place):
    build(place)
    names = {path.name for path in place.submitted.iterdir() if path.is_dir()}
    return "eve" in names and "a folder is listed through its link"
