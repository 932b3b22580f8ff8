"""The late penalty of a submission, by the policy of nbgrader's settings."""

from __future__ import annotations

import datetime

from nbgrader.preprocessors import AssignLatePenalties

from ..course.course import Course
from . import converters
from .database import Assignment, Rows


class Penalties:
    """The late penalties of one unit.

    Args:
        course: the course.
        unit: the name of the unit.
    """

    def __init__(self, course: Course, unit: str):
        self._preprocessor = AssignLatePenalties(parent=converters.autograde(course, unit))
        self._preprocessor.init_plugin()

    def of(self, learner: str, assignment: Assignment, rows: Rows) -> float | None:
        """Return the penalty for being late; None for none.

        Args:
            rows: the submission with its new marks.
        """
        if rows.timestamp is None or assignment.due is None:
            return None
        due = assignment.due + (rows.extension or datetime.timedelta())
        late = (rows.timestamp - due).total_seconds()
        if late <= 0:
            return None
        plugin = self._preprocessor.plugin_inst
        penalty = plugin.late_submission_penalty(learner, rows.score, late)
        return None if penalty is None else min(max(penalty, 0), rows.score)
