"""Canvas: "Download Submissions" of an assignment.

All files are in one folder, `<name>[_LATE]_<user id>_<attachment id>_<file>`. The name is the
sortable one ("Lovelace, Ada"), or the group's, in lower case and without anything but letters,
digits and `_`; Canvas takes each `_<number>_` out of it. With anonymous grading there is no name,
and the id is `anon_<five characters>`. Text and addresses are `<name>_<user id>_text.html` and
`_link.html`. Attachment ids count up. A file that is handed in again gets `-1` at its end. Files
that were handed in with a quiz are `<name><user id>_question_<question id>_<attachment id>_<file>`.

Source: `get_filename`, `sanitize_user_name` and `add_upload_submission` in `lib/content_zipper.rb`,
and `lib/quiz_submission_zipper.rb`, of github.com/instructure/canvas-lms.
"""

from __future__ import annotations

import re

from bnlab.kit.course import units

from . import ilias
from .claims import Claim, Reading
from .nodes import Node

NAME = "canvas"
_ID = r"(?P<id>\d+|anon_[A-Za-z0-9]+)"
_FILE = re.compile(
    rf"^(?P<name>\w*?)(?:^|_)(?P<late>LATE_|late_)?{_ID}_(?P<attachment>\d+)_(?P<file>.+)$"
)
_QUIZ = re.compile(
    r"^(?P<name>\w*?[^\W\d])(?P<id>\d+)_question_\d+_(?P<attachment>\d+)_(?P<file>.+)$"
)
_TEXT = re.compile(rf"^(?P<name>\w*?)(?:^|_)(?P<late>LATE_|late_)?{_ID}_(?:text|link)\.html$")


def read(folder: Node) -> Reading:
    """Return the owners that Canvas's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        if child.is_folder or ilias.MULTI_FEEDBACK.match(child.name):
            continue
        if match := _QUIZ.match(child.name):
            reading.claims[at] = _claim(match, quiz=True)
            continue
        match = _FILE.match(child.name) or _TEXT.match(child.name)
        if match and not _is_date(match):
            reading.claims[at] = _claim(match)
    return reading


def _claim(match: re.Match[str], quiz: bool = False) -> Claim:
    found = match.groupdict()
    name, late = found["name"], bool(found.get("late"))
    if "file" not in found:
        return Claim(NAME, found["id"], name, learner=found["id"], late=late)
    if not quiz and _has_two_readings(found):
        # `anna_2_123_456_x.zip` may be of the person 2, or of "anna_2", who is the person 123.
        why = "the name ends in a number, so the user id can be read in two ways."
        return Claim(NAME, name=f"{name}_{found['id']}", late=late, why=why, file=found["file"])
    order = (NAME, int(found["attachment"]))
    return Claim(NAME, found["id"], name, found["id"], order=order, late=late, file=found["file"])


def _is_date(match: re.Match[str]) -> bool:
    """Return whether what looks like two ids is the date in a name such as `ada_2026_11_20_x`."""
    return bool(re.match(r"20\d\d_[01]\d_[0-3]\d", match.string[match.start("id") :]))


def _has_two_readings(found: dict[str, str]) -> bool:
    """Return whether a name may end in the number that was read as the user id."""
    more = re.match(r"([1-9]\d*)_(.+)$", found["file"])
    slugs = (unit.slug for unit in units().values())
    return (
        bool(more)
        and bool(found["name"])
        and not found["late"]
        and not found["file"].casefold().startswith(tuple(slugs))
    )
