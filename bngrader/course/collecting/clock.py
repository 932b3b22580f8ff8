"""Times of submission after the time zone or the clock in the course file was changed.

The time that a platform writes without a time zone is stored as it was written, so it can be read
again in another zone. `.clock.json` in the folder of the course says with which settings
`timestamp.txt` was written.
"""

from __future__ import annotations

import json
from contextlib import suppress

from ...core.files import write_atomically
from ...core.text import count
from ..course import Course
from .collect import locked
from .store import Store

STATE = ".clock.json"


def follow(course: Course) -> list[str]:
    """Compute the times anew if the course file has changed; return a line that says so.

    Raises:
        GraderError: the course file cannot be read, or a time cannot be written.
    """
    settings, folder = course.settings(), course.submitted
    if not folder.is_dir():
        return []
    now = {"timezone": str(settings.zone or ""), "timestamp_from": settings.timestamp_from}
    path = course.root / STATE
    before = None
    with suppress(OSError, ValueError):
        before = json.loads(path.read_text("utf-8"))
    if before == now:
        return []
    changed = 0
    with locked(folder):
        for learner in sorted(folder.iterdir()) if before is not None else []:
            if learner.is_dir() and not learner.name.startswith("."):
                store = Store(learner, settings.timestamp_from, settings.zone)
                changed += sum(store.install(unit) for unit in store.units())
        write_atomically(path, json.dumps(now) + "\n")
    if not changed:
        return []
    return [
        f"course.toml has another time zone or clock than before: the time of "
        f"{count(changed, 'submission')} was computed anew. Run `bngrader grade --gradebook` if "
        "late penalties are recorded."
    ]
