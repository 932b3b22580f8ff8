"""nbgrader for this course: its folders are those of the course, its judge is ours."""

import os
import sys

from bngrader.course.course import Course, default_root

c = get_config()  # noqa: F821

# `nbgrader upgrade` starts `alembic` by name, so the programs of this environment must be on PATH.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])

# nbgrader copies the module and the time only out of a learner's folder, and starts no program to
# make a gradebook. `bngrader` reads this file without nbgrader, whose import takes seconds; so
# classes are named below, not imported.
if "nbgrader" in sys.modules:
    from bngrader.gradebook import copying, schema

    copying.install()
    schema.install()

OURS = "bngrader.gradebook.preprocessors"

c.CourseDirectory.course_id = "batch-norm"
course = Course(default_root())
c.CourseDirectory.root = str(course.root)
# nbgrader would leave out `bnlab/kit/feedback`, without which learners cannot work.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]
if address := course.settings().database:
    c.CourseDirectory.db_url = address

# Our notebooks contain no answers and no tests, so nbgrader only locks and records cells.
c.ClearSolutions.text_stub = "Your answer here."

c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    f"{OURS}.OpenQuiz",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]

c.Autograde.exporter_class = f"{OURS}.PristineExporter"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Verdicts takes the place of Execute: the learner's notebook is never run.
c.Autograde.autograde_preprocessors = [
    f"{OURS}.Verdicts",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The page for the learner is ours: it fits a phone, makes no request and runs no script.
c.GenerateFeedback.exporter_class = f"{OURS}.FeedbackExporter"
c.GenerateFeedback.preprocessors = []

# The late policy is that of the course file, if it has one.
c.AssignLatePenalties.plugin_class = "bngrader.gradebook.late.CoursePolicy"

# Text of learners is shown as text, without markup.
c.HTMLExporter.sanitize_html = True
