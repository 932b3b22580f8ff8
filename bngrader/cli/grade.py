"""`bngrader grade`: judge a class, or a shard of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import GraderError
from ..core.text import count
from ..grading.shards import Shard
from .console import console, print_lines, progress, shown
from .judging import add_judging, add_selection, check_units, device_of, judged, selected
from .options import add_command, check_writable, course_of, json_text

if TYPE_CHECKING:
    from ..course.course import Course
    from ..course.grade import Graded
    from ..course.report.situation import Situation

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
A recorded mark of a submission that has not changed stays, also after a change of hidden tests:
`bngrader regrade` explains and changes it.

--only ada, --only ada/moments and --unit moments choose submissions; tables and files then hold
these alone. --changed chooses those that are not as they were recorded in the gradebook.

examples:
  bngrader grade
  bngrader grade --gradebook --json course/grades.json --html course/class.html
  bngrader grade --unit moments --unit forward -j 4
  bngrader grade --gradebook --only ada --only bo/moments

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
    add_selection(parser)
    parser.add_argument(
        "--changed",
        action="store_true",
        help="only submissions that are not as they were recorded in the gradebook",
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
    parser.add_argument("--shard", metavar="I/N", help="grade only shard I of N; needs --json")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="judge on a Dask cluster")
    add_judging(parser)


def run(options: argparse.Namespace) -> int:
    """Judge a class, or a shard of it."""
    from ..core.files import write_atomically
    from ..course import submissions
    from ..course.class_report import class_report, print_class
    from ..course.collecting.clock import follow
    from ..course.grade import class_data
    from ..grading.shards import part

    check_units(options)
    shard = _checked(options)
    course = course_of(options)
    for path in filter(None, (options.json, options.html)):
        check_writable(path)
    if not options.folder:
        print_lines(follow(course))
    found, notes = submissions.find(options.folder or course.submitted)
    part_only = bool(options.folder or options.only or options.changed or shard)
    roster = None if part_only else course.roster()
    found = selected(options, course, found)
    if options.changed:
        from ..gradebook.recorded import changed

        found = changed(course, found)
        if not found:
            console.print("No submission has changed since it was recorded.")
            return 0
    mine = [each for each in found if not shard or shard.holds(each.learner, each.unit)]
    secret = course.secret()
    if options.gradebook:
        from ..gradebook import gradebook

        gradebook.check_ready(course, found)
    device = options.device if options.scheduler else device_of(options, course)
    graded = judged(options, course, mine, secret, device)
    if options.json:
        data = class_data(graded)
        for learner in roster.learners if roster else ():
            data["learners"].setdefault(learner, {})  # who handed in nothing
        if shard:
            data = part(data, shard, ((e.learner, e.unit) for e in found), secret, device)
        write_atomically(options.json, json_text(data))
    report = class_report(graded, notes)
    for learner in roster.learners if roster else ():
        report.points.setdefault(learner, [""] * len(report.units))
    print_class(report, console)
    unrecorded = record(course, graded) if options.gradebook else []
    if options.html:
        write_page(options.html, course, graded, notes, whole=not part_only)
    written = {
        "points and verdicts": options.json,
        "class report": options.html,
        "gradebook": course.gradebook if options.gradebook else None,
        "feedback pages": course.feedback if options.gradebook else None,
    }
    print_lines(f"{what}: {shown(path)}" for what, path in written.items() if path)
    return 0 if all(each.report.judged for each in graded) and not unrecorded else 1


def write_page(
    path: Path, course: Course, graded: Sequence[Graded], notes: Sequence[str], whole: bool = True
) -> Situation:
    """Write the class report as a page; return what it says beside the reports."""
    from ..core.files import write_atomically
    from ..course.report.page import class_page
    from ..course.report.situation import situation
    from ..gradebook.marking_queue import waiting

    around = situation(course, graded, notes, waiting(course) if whole else {}, whole)
    write_atomically(path, class_page(graded, around))
    return around


def _checked(options: argparse.Namespace) -> Shard | None:
    """Return the shard, and raise an error if options exclude each other."""
    shard = Shard.parse(options.shard) if options.shard else None
    if shard and not options.json:
        raise GraderError("grade: --shard needs --json FILE, which `bngrader merge` reads.")
    if shard and options.gradebook:
        raise GraderError(
            "grade: --gradebook cannot be used with --shard; give it to `bngrader merge`."
        )
    if shard and (options.only or options.changed):
        raise GraderError("grade: --shard cannot be used with --only and --changed.")
    if options.jobs is not None and options.jobs < 1:
        raise GraderError(f"grade: -j is {options.jobs}, expected at least 1.")
    if options.scheduler and options.device == "auto":
        raise GraderError(
            "grade: --device auto cannot be used with --scheduler, because machines may differ; "
            "choose cpu or cuda."
        )
    return shard


def record(course: Course, graded: list[Graded]) -> list[str]:
    """Record marks and write feedback; return a line for each submission that nbgrader refused."""
    from ..gradebook import gradebook

    names = list(dict.fromkeys(each.submission.unit for each in graded))
    with progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        notes: list[str] = []
        held: list[tuple[str, str]] = []
        _write_dates(course)
        lines = gradebook.record(course, graded, lambda name: bar.advance(row), notes.append, held)
        if _write_dates(course):  # the extensions of submissions that were new
            held = []
            lines = gradebook.record(course, graded, held=held)
        row = bar.add_task("feedback", total=len(names))
        lines += gradebook.write_feedback(course, names, lambda name: bar.advance(row))
    if held:
        lines.append(
            f"{count(len(held), 'recorded mark')} would change, because hidden tests or right "
            "answers have changed, and stay as they are: `bngrader regrade --explain` lists them, "
            "and `bngrader regrade --reason TEXT` changes them."
        )
    print_lines([*notes, *lines])
    return lines


def _write_dates(course: Course) -> bool:
    """Write the dates of the course file into the gradebook; return whether one has changed."""
    if not course.settings().due:
        return False
    from ..gradebook.late import write_dates  # imports nbgrader, which takes seconds

    return write_dates(course)
