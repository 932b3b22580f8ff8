"""The command `bngrader`: release exercises, grade a class, prove the tests.

Learner code runs in a process of its own that knows no tests and no answers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bnlab.kit.tasks import stem, stems

from .course import COURSE

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

    verb = verbs.add_parser("grade", help="judge every submission under a folder")
    verb.add_argument("folder", type=Path, metavar="DIR")
    verb.add_argument("--stem", action="append", metavar="STEM", help="only this stem (repeatable)")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write points, verdicts, mistakes")
    verb.add_argument("--html", type=Path, metavar="FILE", help="write the tables as a page")
    verb.add_argument(
        "--gradebook", action="store_true", help="record in nbgrader's gradebook, write feedback"
    )
    verb.set_defaults(run=_grade)

    verb = verbs.add_parser("secrets", help="search what learners and readers see for answers")
    verb.set_defaults(run=_secrets)

    verb = verbs.add_parser("matrix", help="prove the tests: every mistake × every hidden test")
    verb.add_argument("stems", nargs="*", metavar="STEM", help="only these (default: all)")
    verb.add_argument("--pairs", type=int, default=0, metavar="N", help="also N pairs of mistakes")
    verb.set_defaults(run=_matrix)
    return parser


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console)


def _exercises(_: argparse.Namespace) -> int:
    from .release import write_products

    changed = write_products()
    console.print("\n".join(changed) or "exercises: everything is as it must be.")
    return 0


def _release(_: argparse.Namespace) -> int:
    from .gradebook import make_assignments
    from .release import release

    archive = release(COURSE)
    with _progress() as bar:
        row = bar.add_task("nbgrader assignments", total=len(stems()))
        make_assignments(lambda name: bar.advance(row))
    console.print(f"Give this to learners:  {_shown(archive)}")
    return 0


def _sample(options: argparse.Namespace) -> int:
    from .sample import make_class

    written = make_class(options.folder, options.seed, options.per_learner)
    learners = {name.partition("/")[0] for name in written}
    console.print(
        f"{len(written)} submissions by {len(learners)} learners in {_shown(options.folder)}"
    )
    return 0


def _grade(options: argparse.Namespace) -> int:
    from . import course, feedback, submission

    wanted = {stem(name).name for name in options.stem} if options.stem else set(stems())
    for path in filter(None, (options.json, options.html)):
        course.check_writable(path)
    found, notes = submission.find(options.folder)
    found = [each for each in found if each.stem in wanted]
    secret = course.course_secret()
    if options.gradebook:
        from . import gradebook

        gradebook.check_ready(found)
    with _progress() as bar:
        row = bar.add_task("judging", total=len(found))
        graded = course.grade(found, secret, lambda each: bar.advance(row))
    if options.json:
        course.write_atomically(options.json, course.as_json(graded))
    if options.gradebook:
        _record(graded)
    feedback.show_class(graded, notes, console)
    if options.html:
        course.write_atomically(options.html, feedback.class_page(graded, notes))
    for what, path in (("verdicts", options.json), ("tables", options.html)):
        if path:
            console.print(f"{what}:  {_shown(path)}")
    return 0


def _secrets(_: argparse.Namespace) -> int:
    from .release import search_published

    console.print(f"{search_published(COURSE)} files searched, no secret line found.")
    return 0


def _record(graded: list) -> None:  # type: ignore[type-arg]
    from . import gradebook

    names = list(dict.fromkeys(each.submission.stem for each in graded))
    with _progress() as bar:
        row = bar.add_task("gradebook", total=len(names))
        gradebook.record(graded, lambda name: bar.advance(row))
        row = bar.add_task("feedback", total=len(names))
        gradebook.write_feedback(names, lambda name: bar.advance(row))


def _matrix(options: argparse.Namespace) -> int:
    from .judge import Judge
    from .matrix import matrix, pairs, show

    names = [stem(name).name for name in options.stems] or list(stems())
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
