"""The command `bngrader`: release exercises, grade a class, prove the tests.

Learner code runs in a process of its own that knows no tests and no answers.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bnlab.kit.tasks import coded_stem, coded_stems, stem, stems

from ..border.protection import TIERS
from ..classroom.course import COURSE
from ..classroom.shards import Shard, part
from ..ground.device import CHOICES, DEVICES
from ..ground.submission import Submission, printable

if TYPE_CHECKING:
    from ..classroom.course import Graded

EXAMPLES = """\
a course in four commands:
  bngrader release                      make course/handout/batch-norm-lab.zip for learners
  bngrader sample course/submitted      put a synthetic class there, to try things on
  bngrader grade course/submitted --gradebook --json course/grades.json
  nbgrader formgrader                   read written answers, mark them (in JupyterLab)

DIR holds <learner>/<stem>/NN_<stem>.ipynb and <learner>/<stem>/bnlab/<stem>.py.
The exit code is 0 when every submission was judged, however wrong they are.
"""

console = Console(highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; 0 where the work was done, 1 where faults were found, 2 where it could not."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (ValueError, OSError) as error:
        print(f"bngrader: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"bngrader {options.verb}: stopped; nothing was half written.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bngrader",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    verb = verbs.add_parser("exercises", help="make bnlab/*.py and exercises/*.ipynb anew")
    verb.set_defaults(run=_exercises)

    verb = verbs.add_parser("release", help="make the handout and nbgrader's assignments")
    verb.set_defaults(run=_release)

    verb = verbs.add_parser("sample", help="write a synthetic class of submissions")
    verb.add_argument("folder", type=Path, metavar="DIR")
    verb.add_argument("--seed", type=int, default=0, help="chooses who hands in what (default 0)")
    verb.add_argument("--per-learner", type=int, default=3, metavar="N", help="stems each")
    verb.set_defaults(run=_sample)

    _add_grade(verbs)

    verb = verbs.add_parser("merge", help="put together the parts that `grade --shard` wrote")
    verb.add_argument("parts", nargs="+", type=Path, metavar="PART")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write the whole class")
    verb.add_argument(
        "--gradebook", action="store_true", help="record in nbgrader's gradebook, write feedback"
    )
    verb.set_defaults(run=_merge)

    verb = verbs.add_parser("collect", help="take in the zips that `bnlab submit` makes")
    verb.add_argument("places", nargs="+", type=Path, metavar="ZIP_OR_DIR")
    verb.add_argument(
        "--into", type=Path, default=COURSE / "submitted", metavar="DIR",
        help="where <learner>/<stem>/ go (default: course/submitted)",
    )  # fmt: skip
    verb.add_argument(
        "--time", choices=("file", "receipt"), default="file",
        help="when it was handed in, for nbgrader's late penalties: the time of the zip, as an LMS "
        "keeps it (a download alone has the time of the download), or what the learner's receipt "
        "says (default: file)",
    )  # fmt: skip
    verb.set_defaults(run=_collect)

    verb = verbs.add_parser("secrets", help="search what learners and readers see for answers")
    verb.set_defaults(run=_secrets)

    verb = verbs.add_parser("protection", help="try to break out of every tier; show the ladder")
    verb.add_argument(
        "--device", choices=DEVICES, default="cpu", help="with the doors that it needs open"
    )
    verb.set_defaults(run=_protection)

    verb = verbs.add_parser("matrix", help="prove the tests: every mistake × every hidden test")
    verb.add_argument("stems", nargs="*", metavar="STEM", help="only these (default: all)")
    verb.add_argument("--pairs", type=int, default=0, metavar="N", help="also N pairs of mistakes")
    verb.set_defaults(run=_matrix)
    return parser


GRADE = """\
Judges every submission under DIR and prints marks and misunderstandings.

What was judged is written to course/journal.jsonl as it is judged: a run that was killed goes on
where it was, and what has not changed is not judged twice. Marks depend on the submission, the
grader and course/secret alone: not on -j, the order, or the machine.

--gradebook records the whole class or, where anything goes wrong, nothing; then run again. While
it records, the formgrader shows the marks of before, and cannot save one.

a class that outgrows one machine:
  one process per part, as in a Slurm job array, then one merge:
    bngrader grade DIR --shard $SLURM_ARRAY_TASK_ID/8 --json part-$SLURM_ARRAY_TASK_ID.json
    bngrader merge part-*.json --json course/grades.json --gradebook
  a Dask cluster (pip install 'bnlab[dask]'), whose workers have this package installed:
    bngrader grade DIR --scheduler tls://HOST:8786 --json course/grades.json
  Submissions and the course's secret travel to the workers. Outside one machine use TLS: start
  scheduler and workers with --tls-ca-file, --tls-cert and --tls-key, and name the same files in
  ~/.config/dask/distributed.yaml under distributed.comm.tls on this side.

a GPU:
    bngrader grade DIR --device cuda      refuses, with a reason, where that does not work
    bngrader grade DIR --device auto      cuda where it works in a confined child, else cpu
  The stems whose learners get tensors (channels, layer, folding, placement) then run there; the
  others stay on the CPU. Truth is computed and compared on the CPU, float32 without TF32, and one
  submission at a time has the GPU. Right code earns what it earns on the CPU; code that leaves a
  tensor on the CPU fails there wherever the two meet. So grade a class on one device: the report
  says which. A GPU's driver is a large door: `bngrader protection --device cuda` tries the lock.

The exit code is 0 when every submission was judged, however wrong; 1 when the grader failed on
some, each of which has a line that says why; 2 when nothing could be done.
"""


def _add_grade(verbs: Any) -> None:
    verb = verbs.add_parser(
        "grade",
        help="judge every submission under a folder",
        description=GRADE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("folder", type=Path, metavar="DIR")
    verb.add_argument("--stem", action="append", metavar="STEM", help="only this stem (repeatable)")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write points, verdicts, mistakes")
    verb.add_argument("--html", type=Path, metavar="FILE", help="write the tables as a page")
    verb.add_argument(
        "--gradebook", action="store_true", help="record in nbgrader's gradebook, write feedback"
    )
    verb.add_argument("--again", action="store_true", help="judge also what was judged before")
    verb.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="judges at work (default: one per core)"
    )
    verb.add_argument("--shard", metavar="I/N", help="only part I of N, for `bngrader merge`")
    verb.add_argument("--scheduler", metavar="ADDRESS", help="judge on a Dask cluster")
    verb.add_argument(
        "--device", choices=CHOICES, default="cpu", help="where torch stems run (default: cpu)"
    )
    verb.add_argument(
        "--tier", choices=TIERS[:-1], help="how to confine learners' code (default: the best here)"
    )
    verb.add_argument(
        "--i-trust-these-submissions",
        action="store_true",
        help="run learners' code unconfined, where nothing here can confine it",
    )
    verb.set_defaults(run=_grade)


class _Rate(ProgressColumn):
    """Submissions a second, once there is something to say."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), _Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console)


def _exercises(_: argparse.Namespace) -> int:
    from ..workshop.release import write_products

    changed = write_products()
    console.print("\n".join(changed) or "exercises: everything is as it must be.")
    return 0


def _release(_: argparse.Namespace) -> int:
    from ..workshop.release import built_book, release
    from .gradebook import make_assignments

    archive = release(COURSE, book=built_book())
    with _progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(stems()))
        make_assignments(lambda name: bar.advance(row))
    console.print(f"Give this to learners:  {_shown(archive)}")
    return 0


def _sample(options: argparse.Namespace) -> int:
    from ..workshop.sample import make_class

    written = make_class(options.folder, options.seed, options.per_learner)
    learners = {name.partition("/")[0] for name in written}
    console.print(
        f"{len(written)} submissions by {len(learners)} learners in {_shown(options.folder)}"
    )
    return 0


def _grade(options: argparse.Namespace) -> int:
    from ..classroom import course, feedback
    from ..ground import submission

    shard = Shard.parse(options.shard) if options.shard else None
    if shard and (options.gradebook or not options.json):
        raise ValueError("grade: --shard has no --json, or a --gradebook, expected a part's file.")
    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"grade: -j is {options.jobs}, expected at least 1.")
    wanted = {stem(name).name for name in options.stem} if options.stem else set(stems())
    if options.scheduler and options.device == "auto":
        raise ValueError(
            "grade: --device is auto, expected cpu or cuda with --scheduler: machines may differ."
        )
    for path in filter(None, (options.json, options.html)):
        course.check_writable(path)
    found, notes = submission.find(options.folder)
    found = [each for each in found if each.stem in wanted]
    mine = [each for each in found if not shard or shard.holds(each.learner, each.stem)]
    secret = course.course_secret()
    if options.gradebook:
        from . import gradebook

        gradebook.check_ready(found)
    device = options.device if options.scheduler else _device(options)
    graded = _judged(options, mine, secret, device)
    data = course.as_data(graded)
    if options.json:
        whole = part(data, shard, found, secret, device) if shard else data
        course.write_atomically(options.json, course.as_text(whole))
    feedback.show_class(graded, notes, console)
    unrecorded = _record(graded) if options.gradebook else []
    if options.html:
        course.write_atomically(options.html, feedback.class_page(graded, notes))
    for what, path in (("verdicts", options.json), ("tables", options.html)):
        if path:
            console.print(f"{what}:  {_shown(path)}")
    return 0 if all(each.judged for each in graded) and not unrecorded else 1


def _device(options: argparse.Namespace) -> str:
    """Where the torch stems run; tried, unless it is the CPU."""
    if options.device == "cpu":
        return "cpu"
    from ..border.sandbox import settled

    return settled(options.device, _tier(options))


def _tier(options: argparse.Namespace) -> str | None:
    return "none" if options.i_trust_these_submissions else options.tier


def _judged(
    options: argparse.Namespace, mine: list[Submission], secret: bytes, device: str
) -> list[Graded]:
    """The class, judged here or on a cluster, with a bar while it lasts."""
    from ..classroom import cluster
    from ..classroom.course import grade
    from ..classroom.engine import Engine, Setting
    from ..classroom.journal import Journal

    setting = Setting(secret, COURSE / "mistakes", _tier(options), device=device)
    name = f"journal-{options.shard.replace('/', '-of-')}" if options.shard else "journal"
    with (
        Journal(COURSE / f"{name}.jsonl") as journal,
        Engine(setting, options.jobs) as engine,
        _progress() as bar,
    ):
        run = engine.run
        if options.scheduler:
            run = partial(cluster.run, setting=setting, address=options.scheduler)
        row = bar.add_task("judging", total=len(mine))

        def seen(each: Graded) -> None:
            bar.advance(row)
            if not each.judged:
                where = printable(f"{each.submission.learner}/{each.submission.stem}")
                bar.console.print(f"{where}: {each.report.problem}", soft_wrap=True, markup=False)

        graded = grade(mine, secret, run, journal, options.again, seen, device)
    if journal.fault:
        console.print(journal.fault, soft_wrap=True, markup=False)
    return graded


def _merge(options: argparse.Namespace) -> int:
    from ..classroom import course, feedback, shards

    unrecorded: list[str] = []
    data = shards.merge(options.parts)
    if options.json:
        course.check_writable(options.json)
        course.write_atomically(options.json, course.as_text(data))
    graded = course.from_data(data)
    if options.gradebook:
        from . import gradebook

        gradebook.check_ready([each.submission for each in graded])
        unrecorded = _record(graded)
    feedback.show_class(graded, [], console)
    return 1 if unrecorded else 0


def _collect(options: argparse.Namespace) -> int:
    from ..classroom.collect import collect

    lines = collect(options.places, options.into, options.time)
    console.print("\n".join(lines), soft_wrap=True, markup=False)
    refused = sum(": refused, " in line for line in lines)
    console.print(f"{len(lines) - refused} lines, {refused} refused, in {_shown(options.into)}")
    return 1 if refused else 0


def _secrets(_: argparse.Namespace) -> int:
    from ..workshop.release import search_published

    console.print(f"{search_published(COURSE)} files searched, no secret line found.")
    return 0


def _protection(options: argparse.Namespace) -> int:
    from ..border import protection, sandbox

    tried = [sandbox.probe(tier, options.device) for tier in TIERS]
    names = dict.fromkeys(attempt.name for each in tried for attempt in each.attempts)
    table = Table("attempt", *TIERS, box=None, title="what learners' code may try")
    for name in names:
        found = [{a.name: a.held for a in each.attempts}.get(name) for each in tried]
        table.add_row(name, *({True: "shut", False: "OPEN", None: "-"}[held] for held in found))
    console.print(table)
    for each in tried:
        console.print(f"{each.tier + ':':<12} {', '.join(each.layers)} {each.problem}".rstrip())
    chosen = protection.best({each.tier: each for each in tried}.__getitem__, options.device)
    where = "" if options.device == "cpu" else f", on {options.device}"
    console.print(f"Submissions are judged in the tier {chosen.tier}{where}.")
    return 0


def _record(graded: list[Graded]) -> list[str]:
    """Gradebook and feedback, with a bar for each; a line for whatever nbgrader could not take."""
    from . import gradebook

    names = list(dict.fromkeys(each.submission.stem for each in graded))
    with _progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        lines = gradebook.record(graded, lambda name: bar.advance(row))
        row = bar.add_task("feedback", total=len(names))
        lines += gradebook.write_feedback(names, lambda name: bar.advance(row))
    console.print("\n".join(lines), soft_wrap=True, markup=False, end="\n" if lines else "")
    return lines


def _matrix(options: argparse.Namespace) -> int:
    from ..judging.judge import Judge
    from ..workshop.matrix import matrix, pairs, show

    names = [coded_stem(name).name for name in options.stems] or list(coded_stems())
    with Judge(b"the matrix is the same for everybody") as judge, _progress() as bar:
        row = bar.add_task("stems", total=len(names))
        found = []
        for name in names:
            found.append(matrix(name, judge))
            bar.advance(row)
        report = pairs(names, judge, options.pairs) if options.pairs else ""
    for each in found:
        show(each, console)
    mistakes = sum(len(each.caught) for each in found)
    tests = sum(len(each.tests) for each in found)
    right = sum(len(each.right) for each in found)
    faults = sum(len(each.faults) for each in found)
    console.print(
        f"{mistakes} mistakes, {tests} hidden tests, {right} right implementations, {faults} faults"
    )
    if report:
        console.print(report)
    return 1 if faults else 0


def _shown(path: Path) -> str:
    """A path as a person would type it from here."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    sys.exit(main())
