"""What nbgrader copies out of a learner's folder: the module and the time, by our reader.

nbgrader's `init_assignment` copies every file of a submission to `autograded/` and `feedback/`, and
follows links: to the course secret, to a classmate's module, to a device that never ends. `install`
replaces that step in nbgrader's converters, also for `nbgrader autograde` and the formgrader, which
read `nbgrader_config.py`. The notebook is read by `preprocessors.PristineExporter`.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from markupsafe import escape
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from bnlab.kit.course import units

from ..core.errors import GraderError
from ..course.submissions import TIMESTAMP, Submission

_nbgraders_own = BaseConverter.init_assignment
_nbconverts_own = HTMLExporter.from_filename
_MATHJAX = re.compile(r"<script[^>]* src=\"https://[^\">]*mathjax[^>]*>\s*</script>", re.IGNORECASE)
WRAPPED = ".rendered_html pre { white-space: pre-wrap; overflow-wrap: anywhere; }"
NAMES = ("student", "last_name", "first_name")
"""What the formgrader puts into its page of a submission as it is, markup included."""


def install() -> None:
    """Make nbgrader's converters of this process copy only what `copied_files` returns."""
    BaseConverter.init_assignment = _init_assignment
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    HTMLExporter.from_filename = _with_escaped_names  # type: ignore[method-assign]


def copied_files(submission: Submission) -> dict[str, str]:
    """Return the text of each file that is copied, by its path in the folder of a submission.

    Raises:
        GraderError: the time of handing in cannot be read.
    """
    source, _ = submission.source()
    stamp, problem = submission.timestamp()
    if problem:
        raise GraderError(problem)
    files = {f"bnlab/{submission.unit}.py": source, TIMESTAMP: f"{stamp}\n" if stamp else None}
    return {name: text for name, text in files.items() if text is not None}


def handed_in_at(submission: Submission) -> datetime.datetime | None:
    """Return the time of handing in, in UTC without a time zone; None if there is no such file.

    Raises:
        GraderError: the file cannot be read or holds no time.
    """
    stamp, problem = submission.timestamp()
    if problem:
        raise GraderError(problem)
    return parsed_time(stamp)


def parsed_time(stamp: str) -> datetime.datetime | None:
    """Return the time that a text names, in UTC without a time zone; None for no text.

    Raises:
        GraderError: the text is no time.
    """
    try:
        return parse_utc(stamp) if stamp else None
    except (ValueError, OverflowError):
        raise GraderError(
            f"{TIMESTAMP} is not a date, expected one like 2026-11-20 12:00:00 UTC."
        ) from None


def _init_assignment(self: Any, assignment_id: str, student_id: str) -> None:
    """Take the place of nbgrader's method, for the units of this course."""
    if assignment_id not in units() or not isinstance(self, Autograde | GenerateFeedback):
        _nbgraders_own(self, assignment_id, student_id)
        return
    root = Path(self.coursedir.root)
    source = root / self._format_source(assignment_id, student_id)
    target = root / self._format_dest(assignment_id, student_id)
    submission = Submission(student_id, assignment_id, source)
    handed_in_at(submission)
    for name, text in copied_files(submission).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).unlink(missing_ok=True)
        (target / name).write_bytes(text.encode())


def _with_escaped_names(self: Any, filename: str, resources: Any = None, **kw: Any) -> Any:
    """Take the place of nbconvert's method, for the formgrader's page of a submission.

    Names that a learner or a roster chose are escaped, long lines of code are wrapped, and MathJax
    is not loaded from a server: our notebooks have no formulas.
    """
    if not resources or "student" not in resources:
        return _nbconverts_own(self, filename, resources=resources, **kw)
    escaped = {key: str(escape(resources[key])) for key in NAMES if resources.get(key)}
    html, more = _nbconverts_own(self, filename, resources={**resources, **escaped}, **kw)
    html = _MATHJAX.sub("", html).replace("<html>", '<html lang="en">', 1)
    return html.replace("</head>", f"<style>{WRAPPED}</style></head>", 1), more


def _existing_timestamp(self: Any, dest_path: str) -> datetime.datetime | None:
    """Take the place of nbgrader's method, which opens links and pipes."""
    try:
        return handed_in_at(Submission("", "", Path(self.root) / dest_path))
    except GraderError as error:
        self.log.warning("%s: %s", dest_path, error)
        return None
