"""The command `bngrader`: release exercises, grade a class, prove the tests.

Learner code runs in a process of its own that knows no tests and no answers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..core.device import CHOICES, DEVICES
from ..course.course import COURSE
from ..sandbox.tiers import TIERS
from . import commands, grade

EXAMPLES = """\
a course in four commands:
  bngrader release                      make course/handout/batch-norm-lab.zip for learners
  bngrader sample course/submitted      put a synthetic class there, to try things on
  bngrader grade course/submitted --gradebook --json course/grades.json
  nbgrader formgrader                   read written answers, mark them (in JupyterLab)

DIR holds <learner>/<unit>/NN_<unit>.ipynb and <learner>/<unit>/bnlab/<unit>.py.
The exit code is 0 when every submission was judged, however wrong they are.
"""


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

    verb = verbs.add_parser("build", help="make bnlab/*.py and exercises/*.ipynb anew")
    verb.set_defaults(run=commands.build)

    verb = verbs.add_parser("release", help="make the handout and nbgrader's assignments")
    verb.set_defaults(run=commands.make_release)

    verb = verbs.add_parser("sample", help="write a synthetic class of submissions")
    verb.add_argument("folder", type=Path, metavar="DIR")
    verb.add_argument("--seed", type=int, default=0, help="chooses who hands in what (default 0)")
    verb.add_argument("--per-learner", type=int, default=3, metavar="N", help="units each")
    verb.set_defaults(run=commands.make_sample)

    _add_grade(verbs)

    verb = verbs.add_parser("merge", help="put together the parts that `grade --shard` wrote")
    verb.add_argument("parts", nargs="+", type=Path, metavar="PART")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write the whole class")
    verb.add_argument(
        "--gradebook", action="store_true", help="record in nbgrader's gradebook, write feedback"
    )
    verb.set_defaults(run=grade.merge_parts)

    verb = verbs.add_parser("collect", help="take in the zips that `bnlab submit` makes")
    verb.add_argument("places", nargs="+", type=Path, metavar="ZIP_OR_DIR")
    verb.add_argument(
        "--into", type=Path, default=COURSE / "submitted", metavar="DIR",
        help="where <learner>/<unit>/ go (default: course/submitted)",
    )  # fmt: skip
    verb.add_argument(
        "--timestamp-from", choices=("file", "receipt"), default="file",
        help="when it was handed in, for nbgrader's late penalties: the time of the zip, as an LMS "
        "keeps it (a download alone has the time of the download), or what the learner's receipt "
        "says (default: file)",
    )  # fmt: skip
    verb.set_defaults(run=commands.collect_zips)

    verb = verbs.add_parser("check-leaks", help="search what learners and readers see for answers")
    verb.set_defaults(run=commands.check_leaks)

    verb = verbs.add_parser("sandbox", help="try to escape from every tier of the sandbox")
    verb.add_argument(
        "--device", choices=DEVICES, default="cpu", help="with the device nodes that it needs"
    )
    verb.set_defaults(run=commands.check_sandbox)

    verb = verbs.add_parser(
        "validate-tests", help="prove the tests: every mistake × every hidden test"
    )
    verb.add_argument("units", nargs="*", metavar="UNIT", help="only these (default: all)")
    verb.add_argument("--pairs", type=int, default=0, metavar="N", help="also N pairs of mistakes")
    verb.set_defaults(run=commands.validate_tests)
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
  The units whose learners get tensors (channels, layer, folding, placement) then run there; the
  others stay on the CPU. Truth is computed and compared on the CPU, float32 without TF32, and one
  submission at a time has the GPU. Right code earns what it earns on the CPU; code that leaves a
  tensor on the CPU fails there wherever the two meet. So grade a class on one device: the report
  says which. A GPU's driver is a large attack surface: `bngrader sandbox --device cuda` tries it.

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
    verb.add_argument("--unit", action="append", metavar="UNIT", help="only this unit (repeatable)")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write points, verdicts, mistakes")
    verb.add_argument("--html", type=Path, metavar="FILE", help="write the tables as a page")
    verb.add_argument(
        "--gradebook", action="store_true", help="record in nbgrader's gradebook, write feedback"
    )
    verb.add_argument("--force", action="store_true", help="judge also what was judged before")
    verb.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="judges at work (default: one per core)"
    )
    verb.add_argument("--shard", metavar="I/N", help="only part I of N, for `bngrader merge`")
    verb.add_argument("--scheduler", metavar="ADDRESS", help="judge on a Dask cluster")
    verb.add_argument(
        "--device", choices=CHOICES, default="cpu", help="where torch units run (default: cpu)"
    )
    verb.add_argument(
        "--sandbox",
        choices=TIERS[:-1],
        help="how to confine learners' code (default: the best here)",
    )
    verb.add_argument(
        "--i-trust-these-submissions",
        action="store_true",
        help="run learners' code unconfined, where nothing here can confine it",
    )
    verb.set_defaults(run=grade.grade_class)


if __name__ == "__main__":
    sys.exit(main())
