"""Hands in links to a classmate's folders under other names.

item: D symlinks in a submission
kind: files
harm: somebody else's work is graded under another name
deserves: everything
says: learners: classmate, mallory
control: naive_reader
"""

from bngrader.course.submissions import find


def build(targets):
    targets.submission()
    (targets.submitted / "eve").symlink_to(targets.submitted / "classmate")
    (targets.submitted / "mallory" / "forward").symlink_to(
        targets.submitted / "classmate" / "moments"
    )


def also(targets, reports):
    found, _ = find(targets.submitted)
    return f"learners: {', '.join(sorted({each.learner for each in found}))}"


def naive_reader(targets):
    build(targets)
    names = {path.name for path in targets.submitted.iterdir() if path.is_dir()}
    return "eve" in names and "an ordinary listing follows the link"
