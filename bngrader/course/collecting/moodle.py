"""Moodle: "Download all submissions" of an assignment.

Each submission is a folder `<full name>_<number>_assignsubmission_<plugin>`, with a `_` at the end
in older versions, or files that begin with this if "Download submissions in folders" is off.
Moodle replaces each `_` in the name of the person by a space, so the first `_<number>_` before
`assignsubmission` is its own, whatever a learner calls a file. The number is that of the person in
this assignment, and of the group in group work; with anonymous submissions the name is the word
"Participant" in the language of the site. People without a group share a folder without a number.

Source: `get_student_prefix` and `load_submissionplugin_filelist` in `mod/assign/classes/
downloader.php` of github.com/moodle/moodle.
"""

from __future__ import annotations

import re

from .claims import Claim, Reading
from .nodes import Node

NAME = "moodle"
_OWNER = re.compile(r"^(?P<name>.*?)_(?P<id>\d+)_assignsubmission_[a-z0-9]+(?:_(?P<file>.*))?$")
_SHARED = re.compile(r"^(?P<name>.+?)_assignsubmission_[a-z0-9]+(?:_.*)?$")


def read(folder: Node) -> Reading:
    """Return the owners that Moodle's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        if match := _OWNER.match(child.name):
            number = match["id"]
            reading.claims[at] = Claim(
                NAME, number, match["name"], learner=number, file=match["file"] or ""
            )
        elif match := _SHARED.match(child.name):
            why = "Moodle gives no number, as for people without a group."
            reading.claims[at] = Claim(NAME, name=match["name"], why=why)
    return reading
