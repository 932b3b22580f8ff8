"""Runs one attack through the real judge, and through a control without the defence.

An attack is a file in `attacks/`. Its docstring says what it attempts and what must come of it:

    item      the group and the words of the catalogue
    kind      module (default): laid over the solved module, as the learner's own code;
              files: `build` spoils the submissions in a world, and is our code;
              notebook: `spoil` changes the cells of a notebook handed in with a wrong module
    unit      what is handed in
    harm      what would be lost
    deserves  everything, nothing, or points by task (`part` for some of them)
    says      a text that the report must show (several: separated by ` | `)
    control   why the attack is real:
              open       without confinement a witness sees it happen (`witness:` says which)
              stock      a grader in one process passes the wrong code
              unwatched  the shortcut earns full marks where nobody watches
              naive      the file's own `naive` does what an ordinary reader would do
              design     there is nothing to show, for the reason that follows
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
from nbconvert.exporters import HTMLExporter
from nbgrader.utils import determine_grade

from bngrader.core import solutions
from bngrader.core.report import Report, as_data
from bngrader.core.text import printable
from bngrader.course.submissions import Submission, find
from bngrader.gradebook import preprocessors
from bngrader.gradebook.feedback import task_feedback
from bngrader.judging.judge import Judge
from bngrader.remote.proxy import ForbiddenOperationError, load_module
from bngrader.sandbox.sandbox import ChildDiedError, Limits
from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.properties import NoResultError, run_property

from .targets import World

HERE = Path(__file__).resolve().parent
LIMITS = Limits(call_s=3, submission_s=12)
TIERS = ("namespaces", "landlock")
MISTAKE_CACHE = HERE.parents[1] / "_build" / "mistakes"
"""What is known of mistakes; found out once, and anew when something that decides it changes."""

NEVER_SAID = ("INPUT", "<script")
"""What attacks write where they smuggle a hidden input or a script into a report."""

NEVER_LIVE = ("<script>alert", "<img src=x", 'href="javascript', "\x1b", "\u202e", "INPUT<")
"""What must not be in a page of HTML: there it would be more than words."""

FIELDS = ("item", "kind", "unit", "harm", "deserves", "says", "witness", "control")
ATTEMPT = """

try:
    attempt()
except BaseException:
    pass
"""


@dataclass(frozen=True)
class Attack:
    """One file of `attacks/`: what it attempts, and what must come of it."""

    name: str
    title: str
    item: str
    kind: str
    unit: str
    harm: str
    deserves: str
    says: tuple[str, ...]
    witness: str
    control: str
    why: str
    path: Path

    @property
    def body(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def points(self) -> dict[str, float]:
        """What each task deserves."""
        tasks = find_unit(self.unit).tasks
        if self.deserves in ("everything", "nothing"):
            share = self.deserves == "everything"
            return {task.name: float(task.points * share) for task in tasks}
        pairs = (each.rsplit(" ", 1) for each in self.deserves.split(", "))
        return {name: nan if points == "part" else float(points) for name, points in pairs}

    def deserved(self, points: dict[str, float]) -> bool:
        """Whether these are the points that the code deserves."""
        most = {task.name: task.points for task in find_unit(self.unit).tasks}
        return points.keys() == self.points.keys() and all(
            0 < points[task] < most[task] if isnan(due) else points[task] == due
            for task, due in self.points.items()
        )


def judge_on(tier: str) -> Judge:
    """A judge with one tier of the sandbox."""
    return Judge(b"hostile", LIMITS, tier=tier, cache_dir=MISTAKE_CACHE)


@cache
def attacks() -> tuple[Attack, ...]:
    """All attacks, by name."""
    return tuple(read(path) for path in sorted((HERE / "attacks").glob("*.py")))


def read(path: Path) -> Attack:
    """The attack in a file.

    Raises:
        ValueError: where its docstring lacks a field, or has one that is not known.
    """
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    title, _, rest = doc.partition("\n")
    fields: dict[str, str] = {"kind": "module", "says": "", "witness": "", "unit": "moments"}
    last = ""
    for line in rest.strip().splitlines():
        key, colon, value = line.partition(": ")
        if colon and key in FIELDS:
            fields[key], last = value.strip(), key
        elif last and line.strip():
            fields[last] += " " + line.strip()
    missing = [key for key in FIELDS if key not in fields]
    if missing or not title:
        raise ValueError(f"{path.name}: docstring lacks {', '.join(missing)}, expected {FIELDS}.")
    control, _, why = fields["control"].partition(": ")
    if control not in ("open", "stock", "unwatched", "naive", "design"):
        raise ValueError(f"{path.name}: control is {control!r}, expected one that is known.")
    says = tuple(each.strip() for each in fields["says"].split(" | ") if each.strip())
    return Attack(
        path.stem, title.strip(), fields["item"], fields["kind"], fields["unit"], fields["harm"],
        fields["deserves"], says, fields["witness"], control, why, path,
    )  # fmt: skip


@contextlib.contextmanager
def world() -> Iterator[World]:
    """A fresh world in a folder that anybody may enter."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        Path(folder).chmod(0o755)
        with World(Path(folder) / "world") as made:
            yield made


@dataclass(frozen=True)
class Seen:
    """What came of an attack."""

    points: dict[str, float]
    text: str
    page: str
    harm: dict[str, str]
    canary: str
    class_goes_on: bool


def faults(attack: Attack, seen: Seen) -> list[str]:
    """What is not as it must be, one sentence each; nothing where the attack failed."""
    found = [f"harm: {name} ({what})" for name, what in seen.harm.items()]
    if not attack.deserved(seen.points):
        found.append(f"points are {seen.points}, deserved {attack.points}")
    shown = seen.text + seen.page
    found += [f"the report does not say {each!r}" for each in attack.says if each not in shown]
    found += [f"the report shows {each!r}" for each in NEVER_SAID if each in seen.text]
    found += [f"the page shows {each!r}" for each in NEVER_LIVE if each in seen.page]
    if seen.canary in seen.text + seen.page:
        found.append("the report shows a planted secret")
    if any(not (each.isprintable() or each == "\n") for each in seen.text):
        found.append("the report has control or direction characters in it")
    if not seen.class_goes_on:
        found.append("the next submission, which is right, lost marks")
    if len(seen.text) > 50_000:
        found.append(f"the report is {len(seen.text)} characters long")
    return found


def source(attack: Attack, place: World) -> str:
    """The learner's file: the solved module, what the attacker knows, the attack."""
    known = f"WORLD = {place.told()!r}"
    ending = ATTEMPT if "\ndef attempt" in attack.body else ""
    return f"{solutions.solved(attack.unit)}\n\n{known}\n{attack.body}{ending}"


def judged(attack: Attack, judge: Judge) -> Seen:
    """The attack, handed in and judged: marks, everything that is said, harm done."""
    with world() as place:
        loot: Any = None
        if attack.kind == "module":
            text = source(attack, place)
            folder = place.submitted / "mallory" / attack.unit / "bnlab"
            folder.mkdir(parents=True)
            (folder / f"{attack.unit}.py").write_text(text, "utf-8")
        elif attack.kind == "notebook":
            spoil_notebook(attack, place)
        else:
            supplied(attack).build(place)
        reports = everything(place.submitted, judge)
        if attack.kind == "module" and "def attempt" in attack.body:
            loot = looted(attack, judge, text)
        learner, report = next(each for each in reports if "mallory" in each[0])
        shown, page = shown_of(learner, report), ""
        if attack.kind == "notebook":
            page = through_nbgrader(attack, place, report)
        if attack.kind == "files" and "\ndef also(" in attack.body:
            more = supplied(attack).also(place, reports)
            shown, page = (shown, more) if "<html" in more else (shown + more, page)
        points = {task.task: task.points for task in report.tasks}
        next_one = judge.judge("moments", solutions.solved("moments"))
        goes_on = all(task.full for task in next_one.tasks)
        harm = place.harm(loot, timeout=0.1)  # last, which leaves late harm the most time
        return Seen(points, shown, page, harm, place.canary, goes_on)


def everything(submitted: Path, judge: Judge) -> list[tuple[str, Report]]:
    """The reports on all learners but the classmate, as a class is judged."""
    from bngrader.course.grade import judge_submission

    found, _ = find(submitted)
    return [
        (each.learner, judge_submission(judge, each))
        for each in found
        if each.learner != "classmate"
    ]


def shown_of(learner: str, report: Report) -> str:
    """All that is said of a submission, to anybody."""
    lines = [json.dumps(as_data(report), ensure_ascii=False), report.problem, printable(learner)]
    return "\n".join([*lines, *(task_feedback(task) for task in report.tasks)])


def looted(attack: Attack, judge: Judge, text: str) -> Any:
    """What `attempt()` returns when it is asked for in the same confinement."""
    with judge._sandboxes["cpu"].child() as child:
        try:
            return load_module(child, attack.unit, text).attempt()
        except (LearnerError, ChildDiedError):
            return None


def supplied(attack: Attack) -> ModuleType:
    """An attack of ours, imported: it makes files, and holds no learner's code of its own."""
    spec = importlib.util.spec_from_file_location(f"attack_{attack.name}", attack.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoil_notebook(attack: Attack, place: World) -> Path:
    """A submission whose module earns nothing and whose notebook the attack has been at."""
    folder = place.submission(attack.unit)
    (folder / "bnlab" / f"{attack.unit}.py").write_text("def batch_moments(x):\n    return None\n")
    path = folder / f"{find_unit(attack.unit).slug}.ipynb"
    made = supplied(attack).spoil(json.loads(path.read_text("utf-8")))
    path.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    return path


def through_nbgrader(attack: Attack, place: World, report: Report) -> str:
    """What nbgrader gets to see of a notebook, as its points and as the feedback page.

    Raises:
        AssertionError: where a check cell is worth another mark than the report says.
    """
    unit = find_unit(attack.unit)
    text, _ = Submission("mallory", unit.name, place.submitted / "mallory" / unit.name).notebook()
    notebook = preprocessors.pristine(unit, text)
    details = {"nbgrader": {"student": "mallory", "assignment": unit.name, "report": report}}
    notebook, _ = preprocessors.Verdicts().preprocess(notebook, details)
    earned = {task.task: task.points for task in report.tasks}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and marks["grade_id"].startswith("check-"):
            points, most = determine_grade(cell)
            assert points == earned[marks["grade_id"].removeprefix("check-")]
            assert (
                most
                == {task.name: task.points for task in unit.tasks}[
                    marks["grade_id"].removeprefix("check-")
                ]
            )
    page, _ = exporter().from_notebook_node(notebook)
    return str(page)


@cache
def exporter() -> Any:
    """nbconvert's own, which nbgrader's feedback is made by; dear to make."""
    return HTMLExporter(template_name="basic")


def stock_points(notebook: dict[str, Any]) -> float:
    """What stock nbgrader gives for a notebook as it lies there, for a control."""
    read = nbformat.reads(json.dumps(notebook), as_version=4)
    graded = [cell for cell in read.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return sum(determine_grade(cell)[0] or 0.0 for cell in graded if cell.cell_type == "code")


# --- controls: the same attack where the defence is not -----------------------------------------


def tripped(attack: Attack, unprotected: Judge) -> str:
    """What the attack does where nothing stops it; "" for nothing.

    Args:
        unprotected: a judge without confinement.
    """
    if attack.control == "open":
        harm = judged(attack, unprotected).harm
        return harm.get(attack.witness, "")
    if attack.control == "stock":
        return passes_unsafe_grader(attack)
    if attack.control == "unwatched":
        return passes_unwatched(attack, unprotected)
    if attack.control == "naive":
        with world() as place:
            return str(supplied(attack).naive(place) or "")
    return attack.why


def passes_unsafe_grader(attack: Attack) -> str:
    """Whether a grader in one process gives this wrong code full marks."""
    with world() as place, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "learner.py"
        path.write_text(source(attack, place), "utf-8")
        done = subprocess.run(
            [sys.executable, str(HERE / "unsafe_grader.py"), str(path)],
            cwd=folder, capture_output=True, timeout=60,
        )  # fmt: skip
        return "full marks from a grader in one process" if done.returncode == 0 else ""


def passes_unwatched(attack: Attack, judge: Judge) -> str:
    """Whether a shortcut gives right values, so that only watching can find it out."""
    lost = {task for task, points in attack.points.items() if points == 0}
    tests = [each for each in solutions.hidden_tests(attack.unit) if each.task in lost]
    passed = 0
    with world() as place, judge._sandboxes["cpu"].child() as child:
        learner = load_module(child, attack.unit, source(attack, place))
        for each in tests:
            with contextlib.suppress(ForbiddenOperationError, NoResultError):
                passed += run_property(each, learner, np.random.default_rng(0)).passed
    return "most of the marks where nobody watches" if passed > len(tests) / 2 else ""
