"""A running course: its folder, its secret, and the grading of a class."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bnlab.kit.course import unit as find_unit

from ..core.device import device_of
from ..core.report import RecognisedMistake, Report, TaskReport
from ..core.solutions import ROOT, mistakes
from ..core.submission import Submission
from ..grading.pool import Job, Judged, Result, Unjudged
from ..judging.quiz import quiz_of
from ..sandbox.tiers import TIERS
from .journal import Journal, key_of

if TYPE_CHECKING:
    from ..judging.judge import Judge

COURSE = Path(os.environ.get("BNGRADER_COURSE", ROOT / "course")).absolute()
"""Where the running course is; never committed."""


UNJUDGED = "could not be judged: "
"""How the problem of a report begins that is no report: the grader failed, not the learner."""


@dataclass(frozen=True)
class Graded:
    """A submission and what the judge said of it.

    Attributes:
        tier: how its code was confined; "" where none was run.
        judged: False where the grader failed, not the learner; the mark is then no mark.
    """

    submission: Submission
    report: Report
    tier: str = ""
    judged: bool = True


def course_secret(folder: Path = COURSE) -> bytes:
    """The secret that hidden inputs are drawn from; made on first use, for the teacher's eyes only.

    Raises:
        ValueError: where the file is there and is not a secret, or cannot be made.
    """
    path = folder / "secret"
    if not path.exists():
        _make_secret(path)
    text = path.read_text("ascii", "replace").strip()
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ValueError(f"secret: {path} is not a secret, expected 64 hexadecimal digits.")
    return bytes.fromhex(text)


def _make_secret(path: Path) -> None:
    """A whole secret or none; of two that are made at once, the first stays."""
    partial = path.with_name(f".secret.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(partial, path)
        except PermissionError:  # a file system without links, as of a shared drive
            os.replace(partial, path)
        except FileExistsError:
            pass
    except OSError as error:
        raise ValueError(
            f"secret: {path} cannot be written ({error.strerror}), expected room for it."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def judge_submission(judge: Judge, submission: Submission) -> Report:
    """The report on a submission as it lies on disk: what its module does, what its quiz says."""
    source, problem = submission.source()
    report = judge.judge(submission.unit, source, problem)
    return replace(report, quiz=quiz_of(submission))


def grade(
    submissions: list[Submission],
    secret: bytes,
    run: Callable[[Sequence[Job]], Iterator[Result]],
    journal: Journal | None = None,
    again: bool = False,
    seen: Callable[[Graded], None] = lambda _: None,
    device: str = "cpu",
) -> list[Graded]:
    """Judges a class, but for what the journal knows already; the order is that of `submissions`.

    Args:
        submissions: what was handed in.
        secret: the course's secret.
        run: judges: `Engine.run`, or that of a cluster.
        journal: what was judged before, and where what is judged now is written.
        again: judge also what the journal knows.
        seen: called with each result, for a progress bar.
        device: where learners' code computes in the units that can.
    """
    graded: dict[tuple[str, str], Graded] = {}
    by_name = {(each.learner, each.unit): each for each in submissions}
    keys: dict[tuple[str, str], str] = {}
    jobs = []
    for name, submission in by_name.items():
        source, problem = submission.source()
        where = device_of(submission.unit, device)
        keys[name] = key_of(submission.unit, source, problem, secret, where)
        known = journal.known(*name, keys[name]) if journal and not again else None
        if known is None:
            jobs.append(Job(*name, source, problem))
        else:
            graded[name] = _graded(submission, Judged(known["report"], known["tier"]))
            seen(graded[name])
    for job, result in run(jobs):
        name = (job.learner, job.unit)
        if journal and isinstance(result, Judged):
            journal.add(*name, keys[name], {"report": result.report, "tier": result.tier})
        graded[name] = _graded(by_name[name], result)
        seen(graded[name])
    return [graded[name] for name in by_name]


def _graded(submission: Submission, result: Judged | Unjudged) -> Graded:
    if isinstance(result, Unjudged):
        tasks = find_unit(submission.unit).tasks
        nothing = tuple(TaskReport(task.name, task.points, ()) for task in tasks)
        problem = f"{UNJUDGED}{result.reason}."
        report = Report(submission.unit, nothing, problem)
    else:
        report = Report.from_json(result.report, recognisable_mistakes(submission.unit))
    report = replace(report, quiz=quiz_of(submission))
    return Graded(submission, report, getattr(result, "tier", ""), isinstance(result, Judged))


def recognisable_mistakes(unit: str) -> dict[str, RecognisedMistake]:
    """The known mistakes of a unit, as feedback names them."""
    return {
        each.name: RecognisedMistake(each.name, each.hint, each.page) for each in mistakes(unit)
    }


def weakest_tier(graded: list[Graded]) -> str:
    """The weakest confinement that any submission of the class was run in; "" where none ran."""
    return max((each.tier for each in graded if each.tier), key=TIERS.index, default="")


def as_data(graded: list[Graded]) -> dict[str, Any]:
    """The class as plain data: per learner and unit the report, and how the code was confined."""
    learners: dict[str, dict[str, Any]] = {}
    for each in graded:
        row = learners.setdefault(each.submission.learner, {})
        row[each.submission.unit] = each.report.as_json()
    return {"learners": learners, "sandbox": weakest_tier(graded)}


def from_data(data: dict[str, Any], folder: Path = COURSE / "submitted") -> list[Graded]:
    """The class that `as_data` wrote; the explanations of quizzes are those of what is on disk."""
    graded = []
    for learner, reports in sorted(data["learners"].items()):
        for name in sorted(reports, key=lambda name: find_unit(name).number):
            submission = Submission(learner, name, folder / learner / name)
            report = Report.from_json(reports[name], recognisable_mistakes(name))
            judged = not report.problem.startswith(UNJUDGED)
            graded.append(Graded(submission, report, data["sandbox"], judged))
    return graded


def as_text(data: dict[str, Any]) -> str:
    """Plain data as JSON text; equal data are equal bytes."""
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def check_writable(path: Path) -> None:
    """Returns quietly where a file can be written; asked before the job, not after.

    Raises:
        ValueError: where it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(path.parent, os.W_OK) and not path.is_dir()
    except OSError:
        writable = False
    if not writable:
        raise ValueError(f"grade: file is {path}, expected one that can be written.")


def write_atomically(path: Path, text: str) -> None:
    """Writes all of a file or nothing of it.

    Raises:
        ValueError: where it cannot be written; what was there before is still there.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(partial, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise ValueError(
            f"grade: {path} cannot be written ({error.strerror}), expected room for it; "
            "what was there before is unchanged."
        ) from None
