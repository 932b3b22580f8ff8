"""nbgrader for this course: its folders under course/, its grading through our judge."""

import os
import sys

from bngrader.course.course import COURSE
from bngrader.gradebook.preprocessors import OpenQuiz, PristineExporter, Verdicts

c = get_config()  # noqa: F821

# nbgrader starts `alembic` by name: it is found beside this Python, activated or not.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])

c.CourseDirectory.course_id = "batch-norm"
c.CourseDirectory.root = str(COURSE)

# Our notebooks have no answers and no tests in them: nbgrader only locks and records their cells.
c.ClearSolutions.text_stub = "Your answer here."

c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    OpenQuiz,
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]

c.Autograde.exporter_class = PristineExporter
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Verdicts replaces Execute: the learner's notebook is never run.
c.Autograde.autograde_preprocessors = [
    Verdicts,
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A learner's text is shown as text.
c.HTMLExporter.sanitize_html = True
