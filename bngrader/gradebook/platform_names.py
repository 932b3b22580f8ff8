"""The name under which a learning platform takes a feedback file back.

Each platform finds the learner by the name of the file or folder that it gave the submission in its
download. `collect` has kept these names with every attempt, so nothing is put together from parts
that a platform may write in another way.

- Moodle, "Upload multiple feedback files in a zip": a folder
  `<name>_<number>_assignsubmission_file_`, in which the number decides. Source:
  `is_valid_filename_for_import` in `mod/assign/feedback/file/importziplib.php` of
  github.com/moodle/moodle.
- Canvas, "Upload submissions": the name of the downloaded file; the ids of user and attachment
  decide, and the file is shown under the name that the learner gave the attachment, so a zip must
  come back for a zip. Source: `infer_comment_context_from_filename` in
  `app/models/abstract_assignment.rb` of github.com/instructure/canvas-lms.
- Brightspace, "Add Feedback Files": the folders of its download. Source: "Grade Offline and Bulk
  Upload Feedback Files" of carleton.ca/brightspace; there is no public source of D2L.
- ILIAS, multi-feedback: the folders of its download below one whose name begins with
  `multi_feedback`; the number at the end decides. Source: `getFiles` in `components/ILIAS/Exercise/
  TutorFeedbackFile/TutorFeedbackZipRepository.php` of github.com/ILIAS-eLearning/ILIAS.
- Blackboard takes no feedback files for a class at once. The files are called
  `feedback_<user name>`, which the tool "Marks and Feedback" of some universities reads (source:
  digitaleducation.blogs.bristol.ac.uk), and which sort by user name to be attached by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..core.text import MAX_NAME
from ..course.collecting.attempt import Attempt
from ..course.collecting.ilias import OWNER

_MOODLE = re.compile(r"^(?P<name>.*?)_(?P<id>\d+)_assignsubmission_[a-z0-9]+(?:_.*)?$")
_CANVAS = re.compile(
    r"^(?P<start>\w*?(?:^|_)(?:LATE_|late_)?(?P<user>\d+|anon_[A-Za-z0-9]+)_(?P<attachment>\d+))"
    r"_(?P<file>[^/]+)$"
)
_BRIGHTSPACE = re.compile(r"^\d+-\d+ ?- ?.+")
_NUMBER = re.compile(r"^(?:\D*\s)?(\d+)$")

Named = tuple[str, str]
"""A path in the zip that goes back, and "" or why there is none."""


def moodle(attempts: Sequence[Attempt], numbers: Iterable[str], name: str) -> Named:
    """Return the folder for Moodle.

    Args:
        attempts: the attempts of the unit, the oldest first.
        numbers: the learner's `Identifier` in the grading worksheet of the assignment; it says
            more than names of folders, which are those of groups in group work.
        name: of the learner, for display.
    """
    listed = {match[1] for each in numbers if (match := _NUMBER.match(each))}
    found = {}
    for attempt in attempts:
        for part in _parts(attempt):
            if match := _MOODLE.match(part):
                found[match["id"]] = match["name"]
    ids = listed or set(list(found)[-1:])
    if len(ids) != 1:
        return "", (
            "no number of Moodle is known; collect from Moodle's download, or put the grading "
            "worksheet of the assignment beside the roster as roster-<unit>.csv."
        )
    (number,) = ids
    shown = re.sub(r"[_/\\]", " ", found.get(number) or name or "learner").strip(". ~")
    return f"{shown or 'learner'}_{number}_assignsubmission_file_", ""


def canvas(attempts: Sequence[Attempt], users: Sequence[str]) -> Named:
    """Return the name of the zip for Canvas: that of the newest zip of the learner.

    Args:
        users: the ids by which Canvas knows the learner; a name may be read in two ways.
    """
    matches = [
        match
        for attempt in attempts
        for part in _parts(attempt)
        for name in part.split(", ")
        if (match := _CANVAS.match(name)) and match["user"] in users
    ]
    if not matches:
        return "", "no file of Canvas is known; collect from Canvas's download."
    zips = [match for match in matches if match["file"].lower().endswith(".zip")]
    if not zips:
        return "", (
            "Canvas shows a returned file under the name of the learner's, which is no zip; "
            "return this page by mail."
        )
    match = max(zips, key=lambda each: int(each["attachment"]))
    words = [word for word in match[0].split("_") if word != "LATE"]
    anonymous = words[0] == "anon"
    ids = words[1:3] if anonymous else [word for word in words if word.isascii() and word.isdigit()]
    if ids[:2] != [match["user"].removeprefix("anon_"), match["attachment"]]:
        return "", "Canvas would read another id in the name of its file; return this page by mail."
    return match[0], ""


def brightspace(attempts: Sequence[Attempt]) -> Named:
    """Return the folder for Brightspace: that of the newest attempt."""
    for attempt in reversed(attempts):
        for part in _parts(attempt):
            if _BRIGHTSPACE.match(part):
                return part, ""
    return "", "no folder of Brightspace is known; collect from Brightspace's download."


def ilias(attempts: Sequence[Attempt]) -> Named:
    """Return the folder for ILIAS: that of the newest attempt."""
    for attempt in reversed(attempts):
        for part in _parts(attempt):
            if OWNER.match(part):
                return part, ""
    return "", "no folder of ILIAS is known; collect from ILIAS's download."


def blackboard(ids: Sequence[str], learner: str) -> Named:
    """Return the start of the file's name for Blackboard.

    Args:
        ids: the user names by which Blackboard knows the learner.
    """
    user = ids[0] if len(ids) == 1 else learner
    return f"feedback_{user}", ""


def plain(learner: str, name: str) -> Named:
    """Return the folder for no platform, `Ada Lovelace (ada)`, as every system can unpack it."""
    shown = f"{name} ({learner})" if name and name != learner else learner
    return re.sub(r'[<>:"|?*/\\\x00-\x1f]', "_", shown).strip(". ") or "_", ""


def _parts(attempt: Attempt) -> list[str]:
    """Return the parts of the names under which an attempt was found, as its platform has them."""
    parts = [part for found in attempt.found for part in Path(found).parts]
    return [part for part in parts if len(part) < MAX_NAME]  # a longer one is not whole
