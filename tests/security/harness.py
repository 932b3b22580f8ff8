"""Run an attack against the real judge, and say what went wrong."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbgrader.utils import determine_grade

from bngrader.core import solutions
from bngrader.core.report import Report, as_data
from bngrader.core.text import printable
from bngrader.course.notebooks import read_notebook
from bngrader.course.submissions import Submission, find
from bngrader.gradebook import preprocessors
from bngrader.gradebook.database import Rows
from bngrader.gradebook.feedback import task_feedback
from bngrader.gradebook.feedback_page import Circumstances
from bngrader.gradebook.feedback_page import feedback_page as learners_page
from bngrader.judging.judge import Judge
from bngrader.remote.proxy import load_module
from bngrader.sandbox.sandbox import ChildDiedError, Limits
from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.assertions import LearnerError

from .catalogue import Attack
from .targets import Targets

LIMITS = Limits(call_s=3, submission_s=12)
TIERS = ("namespaces", "landlock")
SECRET = b"attacks"
MISTAKE_CACHE = Path(__file__).resolve().parents[2] / "_build" / "mistakes"

FORBIDDEN_IN_TEXT = ("INPUT", "<script")
"""Words that attacks write with hidden inputs or scripts; no report may contain them."""

FORBIDDEN_IN_HTML = ("<script>alert", "<img src=x", 'href="javascript', "\x1b", "\u202e", "INPUT<")
"""Texts that would run in a browser or change a terminal; no page may contain them."""

ATTEMPT = """

try:
    attempt()
except BaseException:
    pass
"""


def judge_on(tier: str) -> Judge:
    """Return a judge with one tier of the sandbox."""
    return Judge(SECRET, LIMITS, tier=tier, cache_dir=MISTAKE_CACHE)


@contextlib.contextmanager
def fresh_targets() -> Iterator[Targets]:
    """Yield new targets, in a folder that every user may read."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        Path(folder).chmod(0o755)
        with Targets(Path(folder) / "targets") as targets:
            yield targets


@dataclass(frozen=True)
class Result:
    """The result of an attack.

    Attributes:
        points: points by task.
        text: everything that is said of the submission.
        page: an HTML page about it, "" where there is none.
        harm: the harm outside by the name of the witness that saw it.
        canary: the secret that must not be in text or page.
        next_passes: whether a right submission afterwards earned full marks.
    """

    points: dict[str, float]
    text: str
    page: str
    harm: dict[str, str]
    canary: str
    next_passes: bool


def faults(attack: Attack, result: Result) -> list[str]:
    """Return what went wrong, one sentence each; empty where the attack failed."""
    found = [f"harm: {name} ({what})" for name, what in result.harm.items()]
    if not attack.deserved(result.points):
        found.append(f"points are {result.points}, deserved {attack.points}")
    shown = result.text + result.page
    found += [f"the report does not contain {each!r}" for each in attack.says if each not in shown]
    found += [f"the report contains {each!r}" for each in FORBIDDEN_IN_TEXT if each in result.text]
    found += [f"the page contains {each!r}" for each in FORBIDDEN_IN_HTML if each in result.page]
    if result.canary in result.text + result.page:
        found.append("the report contains the canary")
    if any(not (each.isprintable() or each == "\n") for each in result.text):
        found.append("the report contains control characters or text directions")
    if not result.next_passes:
        found.append("the next submission, which is right, lost points")
    if len(result.text) > 50_000:
        found.append(f"the report is {len(result.text)} characters long")
    return found


def source(attack: Attack, targets: Targets) -> str:
    """Return the learner's file: the reference, the targets, the code of the attack."""
    known = f"TARGETS = {targets.as_dict()!r}"
    ending = ATTEMPT if "\ndef attempt" in attack.body else ""
    return f"{solutions.solved(attack.unit)}\n\n{known}\n{attack.body}{ending}"


def run(attack: Attack, judge: Judge) -> Result:
    """Hand in the attack, judge it, and look for harm."""
    with fresh_targets() as targets:
        obtained: Any = None
        text = hand_in(attack, targets)
        reports = judge_class(targets.submitted, judge)
        if attack.kind == "module" and "def attempt" in attack.body:
            obtained = attempt_result(attack, judge, text)
        learner, report = next(each for each in reports if "mallory" in each[0])
        shown, page = report_text(learner, report), ""
        if attack.kind == "notebook":
            page = feedback_page(attack, targets, report)
        if attack.kind == "files" and "\ndef also(" in attack.body:
            more = attack_module(attack).also(targets, reports)
            shown, page = (shown, more) if "<html" in more else (shown + more, page)
        points = {task.task: task.points for task in report.tasks}
        next_report = judge.judge("moments", solutions.solved("moments"))
        next_passes = all(task.full for task in next_report.tasks)
        # Last, which leaves late harm the most time.
        harm = targets.harm(obtained, wait_s=0.1)
        return Result(points, shown, page, harm, targets.canary, next_passes)


def hand_in(attack: Attack, targets: Targets) -> str:
    """Write the submission; return the text of a module, "" for an attack of another kind."""
    if attack.kind == "notebook":
        write_notebook(attack, targets)
    elif attack.kind == "files":
        attack_module(attack).build(targets)
    else:
        text = source(attack, targets)
        folder = targets.submitted / "mallory" / attack.unit / "bnlab"
        folder.mkdir(parents=True)
        (folder / f"{attack.unit}.py").write_text(text, "utf-8")
        return text
    return ""


def judge_class(submitted: Path, judge: Judge) -> list[tuple[str, Report]]:
    """Judge a folder of submissions; return the reports on all learners but the classmate."""
    from bngrader.course.grade import judge_submission

    found, _ = find(submitted)
    return [
        (each.learner, judge_submission(judge, each))
        for each in found
        if each.learner != "classmate"
    ]


def report_text(learner: str, report: Report) -> str:
    """Return everything that is said of a submission, to learner or teacher."""
    lines = [json.dumps(as_data(report), ensure_ascii=False), report.problem, printable(learner)]
    return "\n".join([*lines, *(task_feedback(task) for task in report.tasks)])


def attempt_result(attack: Attack, judge: Judge, text: str) -> Any:
    """Call `attempt()` in the same confinement; return its result, None where it fails."""
    with judge.sandbox(attack.unit).child() as child:
        try:
            return load_module(child, attack.unit, text).attempt()
        except (LearnerError, ChildDiedError):
            return None


def attack_module(attack: Attack) -> ModuleType:
    """Import an attack of kind files or notebook, which is our code."""
    spec = importlib.util.spec_from_file_location(f"attack_{attack.name}", attack.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_notebook(attack: Attack, targets: Targets) -> Path:
    """Write a submission whose module earns nothing, with a notebook that the attack changed."""
    folder = targets.submission(attack.unit)
    (folder / "bnlab" / f"{attack.unit}.py").write_text("def batch_moments(x):\n    return None\n")
    path = folder / f"{find_unit(attack.unit).slug}.ipynb"
    made = attack_module(attack).spoil(json.loads(path.read_text("utf-8")))
    path.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    return path


def feedback_page(attack: Attack, targets: Targets, report: Report) -> str:
    """Return what formgrader and feedback page show of a notebook.

    Raises:
        AssertionError: where the points of a check cell differ from those of the report.
    """
    unit = find_unit(attack.unit)
    folder = targets.submitted / "mallory" / unit.name
    submission = Submission("mallory", unit.name, folder)
    notebook = preprocessors.pristine(unit, read_notebook(unit, submission))
    preprocessors.write_verdicts(notebook, report)
    earned = {task.task: task.points for task in report.tasks}
    maximum = {task.name: task.points for task in unit.tasks}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and marks["grade_id"].startswith("check-"):
            task = marks["grade_id"].removeprefix("check-")
            assert determine_grade(cell) == (earned[task], maximum[task])
    preprocessors.add_for_marker(unit, notebook, submission.source()[0])
    page, _ = html_exporter().from_notebook_node(notebook)
    rows = Rows("", "", None, None, None)
    return str(page) + learners_page(unit, "mallory", notebook, rows, None, Circumstances())


@cache
def html_exporter() -> Any:
    """Return nbconvert's exporter, which the formgrader uses; it takes seconds to make."""
    return HTMLExporter(template_name="basic")


def nbgrader_points(notebook: dict[str, Any]) -> float:
    """Return the points that nbgrader itself gives for a notebook, for a control."""
    read = nbformat.reads(json.dumps(notebook), as_version=4)
    graded = [cell for cell in read.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return sum(determine_grade(cell)[0] or 0.0 for cell in graded if cell.cell_type == "code")
