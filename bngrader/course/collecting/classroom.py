"""GitHub Classroom: `gh classroom clone student-repos`.

It makes a folder `<assignment>-submissions` with a clone `<assignment>-<account>` for each learner.
Assignment and account may both contain `-`, so the assignment must be known: from the name of the
folder, or because it is the name of a unit.

Source: `gh classroom clone student-repos --help` and github.com/github/gh-classroom.
"""

from __future__ import annotations

import re

from bnlab.kit.course import units

from .claims import Claim, Reading
from .nodes import Node

NAME = "classroom"
_END = "-submissions"


def read(folder: Node) -> Reading:
    """Return the owners that the names of clones give."""
    reading = Reading()
    assignment = folder.name.removesuffix(_END) if folder.name.endswith(_END) else ""
    for at, child in enumerate(folder.children):
        if not child.is_folder or not (assignment or _is_clone(child)):
            continue
        start = assignment or next(
            (unit for unit in units() if child.name.casefold().startswith(f"{unit}-")), ""
        )
        if start and child.name.casefold().startswith(f"{start.casefold()}-"):
            account = child.name[len(start) + 1 :]
            if folder.name.endswith(".zip"):  # "Download ZIP" of GitHub adds the branch
                account = re.sub(r"-(?:main|master)$", "", account)
            # GitHub does not tell accounts apart by case.
            login = account.casefold()
            unit = start.casefold() if start.casefold() in units() else ""
            reading.claims[at] = Claim(NAME, login, account, login, unit=unit)
    return reading


def _is_clone(child: Node) -> bool:
    names = {each.name.casefold() for each in child.children}
    return bool(names & {"bnlab", "exercises", ".git"})
