"""`bngrader grade`: judge a class, or a shard of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bnlab.kit.course import unit, units

from ..core.errors import GraderError
from ..core.text import printable
from ..grading.shards import Shard
from ..sandbox.tiers import TIERS
from .console import console, print_lines, progress, shown
from .options import add_command, check_writable, course_of, json_text, private_paths

if TYPE_CHECKING:
    from ..course.course import Course
    from ..course.grade import Graded
    from ..course.submissions import Submission
    from ..grading.pool import Job, Result, Settings

DEVICES = ("cpu", "cuda", "auto")

DESCRIPTION = """\
Judge every submission in DIR; print the points, the most frequent mistakes, and notes.

reads:   DIR/<learner>/<unit>/NN_<unit>.ipynb and DIR/<learner>/<unit>/bnlab/<unit>.py
writes:  course/journal.jsonl, and what --json, --html and --gradebook ask for

A mark depends on the submission, the grader, the course secret and the device, and on nothing else:
not on -j, the order or the machine. Each submission is written to the journal as soon as it is
judged, so an interrupted run continues when you run the command again; only new and changed
submissions are judged. --force judges all of them again.

--gradebook records the marks in nbgrader's gradebook and writes a feedback page for each
submission, as far as something has changed since the last run. DIR must be the folder `submitted`
of the course. If the run is stopped, each submission has its old or its new marks; run the command
again. The formgrader can save meanwhile. Manual marks and comments stay. A written answer that has
changed since it was marked waits for a new mark; the formgrader shows the old one beside it.

examples:
  bngrader grade
  bngrader grade --gradebook --json course/grades.json --html course/class.html
  bngrader grade course/submitted --unit moments --unit forward -j 4

a class that is too large for one machine:
  shards, for instance in a Slurm job array, and one merge:
    bngrader grade DIR --shard $SLURM_ARRAY_TASK_ID/8 --json shard-$SLURM_ARRAY_TASK_ID.json
    bngrader merge shard-*.json --json course/grades.json --gradebook
  a Dask cluster, with the same version of this package, installed by `pip install '.[dask]'`, on
  all machines:
    bngrader grade DIR --scheduler tls://HOST:8786 --json course/grades.json
  Submissions and the course secret travel to the workers. Outside one machine use TLS: start
  scheduler and workers with --tls-ca-file, --tls-cert and --tls-key, and name the same files in
  ~/.config/dask/distributed.yaml under distributed.comm.tls on this side.

a GPU:
    bngrader grade DIR --device cuda      an error if no confined process can use the GPU
    bngrader grade DIR --device auto      cuda if a confined process can use the GPU, else cpu
  The units in which learners write torch code (channels, layer, folding, placement) run on the GPU,
  the others on the CPU. Expected values are computed and compared on the CPU, in float32 without
  TF32. One submission at a time uses the GPU. Right code earns the same points on both devices;
  code that leaves a tensor on the CPU fails on the GPU. Grade a whole class on one device, which
  the report names. The GPU driver is a large attack surface: run `bngrader sandbox --device cuda`.

exit codes: 0 all submissions judged, however wrong they are
            1 some not judged, or not recorded; a line for each gives the reason
            2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader grade`."""
    summary = "judge every submission in a folder"
    parser = add_command(commands, "grade", run, summary, DESCRIPTION, course=True)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR",
        help="folder of <learner>/<unit>/ (default: submitted/ in the folder of the course)",
    )  # fmt: skip
    parser.add_argument(
        "--unit", action="append", metavar="UNIT", help="grade only this unit; may be repeated"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write points and verdicts to FILE"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the class report to FILE")
    parser.add_argument(
        "--gradebook", action="store_true", help="record the marks in nbgrader, write feedback"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="judge all submissions again, also those in the journal",
    )
    parser.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="judge processes (default: one per core)"
    )
    parser.add_argument("--shard", metavar="I/N", help="grade only shard I of N; needs --json")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="judge on a Dask cluster")
    parser.add_argument(
        "--device", choices=DEVICES, default="cpu", help="where torch code runs (default: cpu)"
    )
    isolation = parser.add_mutually_exclusive_group()
    isolation.add_argument(
        "--sandbox", choices=TIERS[:-1],
        help="sandbox tier for learners' code (default: the best that holds here)",
    )  # fmt: skip
    isolation.add_argument(
        "--i-trust-these-submissions",
        action="store_true",
        help="run learners' code without a sandbox",
    )


def run(options: argparse.Namespace) -> int:
    """Judge a class, or a shard of it."""
    from ..core.files import write_atomically
    from ..course import submissions
    from ..course.class_report import class_page, class_report, print_class
    from ..course.grade import class_data
    from ..grading.shards import part

    shard = _checked(options)
    wanted = {unit(name).name for name in options.unit or units()}
    course = course_of(options)
    for path in filter(None, (options.json, options.html)):
        check_writable(path)
    found, notes = submissions.find(options.folder or course.submitted)
    roster = None if options.folder else course.roster()
    wanted -= set(course.settings().left_out) if not options.unit else set()
    found = [each for each in found if each.unit in wanted]
    mine = [each for each in found if not shard or shard.holds(each.learner, each.unit)]
    secret = course.secret()
    if options.gradebook:
        from ..gradebook import gradebook

        gradebook.check_ready(course, found)
    device = options.device if options.scheduler else _device(options, course)
    graded = _graded(options, course, mine, secret, device)
    if options.json:
        data = class_data(graded)
        for learner in roster.learners if roster and not shard else ():
            data["learners"].setdefault(learner, {})  # who handed in nothing
        if shard:
            data = part(data, shard, ((e.learner, e.unit) for e in found), secret, device)
        write_atomically(options.json, json_text(data))
    report = class_report(graded, notes)
    for learner in roster.learners if roster and not shard else ():
        report.points.setdefault(learner, [""] * len(report.units))
    print_class(report, console)
    unrecorded = record(course, graded) if options.gradebook else []
    if options.html:
        write_atomically(options.html, class_page(report))
    written = {
        "points and verdicts": options.json,
        "class report": options.html,
        "gradebook": course.gradebook if options.gradebook else None,
        "feedback pages": course.feedback if options.gradebook else None,
    }
    print_lines(f"{what}: {shown(path)}" for what, path in written.items() if path)
    return 0 if all(each.report.judged for each in graded) and not unrecorded else 1


def _checked(options: argparse.Namespace) -> Shard | None:
    """Return the shard, and raise an error if options exclude each other."""
    shard = Shard.parse(options.shard) if options.shard else None
    if shard and not options.json:
        raise GraderError("grade: --shard needs --json FILE, which `bngrader merge` reads.")
    if shard and options.gradebook:
        raise GraderError(
            "grade: --gradebook cannot be used with --shard; give it to `bngrader merge`."
        )
    if options.jobs is not None and options.jobs < 1:
        raise GraderError(f"grade: -j is {options.jobs}, expected at least 1.")
    if options.scheduler and options.device == "auto":
        raise GraderError(
            "grade: --device auto cannot be used with --scheduler, because machines may differ; "
            "choose cpu or cuda."
        )
    return shard


def _graded(
    options: argparse.Namespace,
    course: Course,
    mine: Sequence[Submission],
    secret: bytes,
    device: str,
) -> list[Graded]:
    """Return the reports, judged here or on a cluster, and show the progress."""
    from ..course.grade import grade
    from ..course.journal import Journal
    from ..grading.pool import Settings

    settings = Settings(
        secret, course.mistake_cache, _tier(options), device=device, private=private_paths(course)
    )
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(course.journal(options.shard or "")))
        run = _runner(options, settings, stack)
        bar = stack.enter_context(progress())
        row = bar.add_task("judging", total=len(mine))

        def show(each: Graded) -> None:
            bar.advance(row)
            if not each.report.judged:
                where = printable(f"{each.submission.learner}/{each.submission.unit}")
                line = f"{where}: could not be judged: {each.report.problem}"
                bar.console.print(line, soft_wrap=True, markup=False)

        graded = grade(mine, secret, run, journal, options.force, show, device)
    if journal.fault:
        print_lines([journal.fault])
    return graded


def _runner(
    options: argparse.Namespace, settings: Settings, stack: ExitStack
) -> Callable[[Sequence[Job]], Iterator[Result]]:
    """Return the function that judges: of a cluster, or of a judge pool that the stack closes."""
    if options.scheduler:
        from ..grading import dask_cluster

        return partial(dask_cluster.run, settings=settings, address=options.scheduler)
    from ..grading.pool import JudgePool

    return stack.enter_context(JudgePool(settings, options.jobs)).run


def record(course: Course, graded: list[Graded]) -> list[str]:
    """Record marks and write feedback; return a line for each submission that nbgrader refused."""
    from ..gradebook import gradebook

    names = list(dict.fromkeys(each.submission.unit for each in graded))
    with progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        notes: list[str] = []
        _write_dates(course)
        lines = gradebook.record(course, graded, lambda name: bar.advance(row), notes.append)
        if _write_dates(course):  # the extensions of submissions that were new
            lines = gradebook.record(course, graded)
        row = bar.add_task("feedback", total=len(names))
        lines += gradebook.write_feedback(course, names, lambda name: bar.advance(row))
    print_lines([*notes, *lines])
    return lines


def _write_dates(course: Course) -> bool:
    """Write the dates of the course file into the gradebook; return whether one has changed."""
    if not course.settings().due:
        return False
    from ..gradebook.late import write_dates  # imports nbgrader, which takes seconds

    return write_dates(course)


def _device(options: argparse.Namespace, course: Course) -> str:
    """Return where torch code runs; anything but the CPU is probed."""
    if options.device == "cpu":
        return "cpu"
    from ..sandbox.devices import resolve_device

    return resolve_device(options.device, _tier(options), private_paths(course))


def _tier(options: argparse.Namespace) -> str | None:
    return "none" if options.i_trust_these_submissions else options.sandbox
