"""A class of right submissions beside each attack of the catalogue, as one run grades it.

    python -m tools.attack_class                      all attacks
    python -m tools.attack_class d_segfault c_tcp     these attacks
    python -m tools.attack_class --resume FILE        those that FILE does not have yet

Twenty right submissions are graded alone, then with an attack before them in the queue. They must
all earn full marks, and the last must be done in 1.3 times the time alone plus the time that one
submission may take. A line of JSON for each attack is added to FILE as soon as it is known. The
exit code is 1 where an attack kept the class waiting longer, or cost a mark.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bngrader.cli.console import console, progress
from bngrader.core import solutions
from bngrader.course.grade import Graded, grade
from bngrader.course.submissions import Submission, find
from bngrader.grading.jobs import Settings
from bngrader.grading.pool import JudgePool
from bngrader.sandbox.limits import Limits
from bnlab.kit.course import coded_units
from tests.security import catalogue, harness
from tests.security.catalogue import Attack

RIGHT = 20
FACTOR = 1.3
COURSE_SECRET = b"a class beside an attack"


@dataclass(frozen=True)
class ClassResult:
    """What became of the class.

    Attributes:
        attack: the name of the attack, "" for the class alone.
        seconds: until the last right submission was done.
        not_judged: the right submissions that were not judged.
        lost: those that lost marks.
        whole: seconds until the attack was done, too.
    """

    attack: str
    seconds: float
    not_judged: tuple[str, ...]
    lost: tuple[str, ...]
    whole: float


def write_right(folder: Path, mark: str) -> list[Submission]:
    """Write the class: right modules of all units in turn, each with a text of its own."""
    units = list(coded_units())
    for number in range(RIGHT):
        unit = units[number % len(units)]
        path = folder / f"right{number:02}" / unit / "bnlab" / f"{unit}.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"{solutions.solved(unit)}\n# {mark} {number}\n", "utf-8")
    found, _ = find(folder)
    return found


def grade_beside(attack: Attack | None, pool: JudgePool) -> ClassResult:
    """Grade the class, with an attack before it if there is one."""
    with harness.fresh_targets() as targets, tempfile.TemporaryDirectory() as folder:
        hostile: list[Submission] = []
        if attack is not None:
            harness.hand_in(attack, targets)
            hostile = [e for e in find(targets.submitted)[0] if e.learner != "classmate"]
        right = write_right(Path(folder), attack.name if attack else "alone")
        done: dict[str, float] = {}
        begun = time.perf_counter()

        def note(each: Graded) -> None:
            done[each.submission.learner] = time.perf_counter() - begun

        graded = grade([*hostile, *right], COURSE_SECRET, pool.run, progress=note)
        whole = time.perf_counter() - begun
    names = {each.learner for each in right}
    mine = [each for each in graded if each.submission.learner in names]
    return ClassResult(
        attack.name if attack else "",
        round(max(done[name] for name in names), 2),
        tuple(e.submission.learner for e in mine if not e.report.judged),
        tuple(e.submission.learner for e in mine if not all(t.full for t in e.report.tasks)),
        round(whole, 2),
    )


def fault(found: ClassResult, alone: float, limits: Limits) -> str:
    """Return what is wrong with the outcome, "" if nothing is."""
    if found.not_judged:
        return f"not judged: {', '.join(found.not_judged)}"
    if found.lost:
        return f"lost marks: {', '.join(found.lost)}"
    most = FACTOR * alone + limits.submission_s
    return f"{found.seconds:.1f} s, at most {most:.1f} s" if found.seconds > most else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 where no attack kept the class waiting or cost a mark."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.attack_class", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="ATTACK", help="these attacks (default: all)")
    parser.add_argument("--tier", choices=harness.TIERS, default=harness.TIERS[0])
    parser.add_argument("-j", "--jobs", type=int, help="judge processes (default: one per core)")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="results, a line each")
    options = parser.parse_args(arguments)
    known = {each.name: each for each in catalogue.attacks()}
    if unknown := set(options.names) - known.keys():
        parser.error(f"no attack {min(unknown)!r} in tests/security/attacks/")
    before = _before(options.resume)
    names = [name for name in options.names or known if name not in before]
    limits, faults = Limits(), 0
    settings = Settings(COURSE_SECRET, harness.MISTAKE_CACHE, options.tier)
    with JudgePool(settings, options.jobs) as pool, progress() as bar:
        grade_beside(None, pool)  # starts the judge processes
        for name in bar.track(names, description=f"beside attacks, {options.tier}"):
            alone = grade_beside(None, pool).seconds  # each time: the load of a machine changes
            found = grade_beside(known[name], pool)
            wrong = fault(found, alone, limits)
            faults += bool(wrong)
            row = asdict(found) | {"alone": alone, "tier": options.tier, "fault": wrong}
            if options.resume:
                with options.resume.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
            text = f"{name}: {found.seconds:.1f} s, {alone:.1f} s alone  {wrong or 'held'}"
            console.print(text, markup=False, soft_wrap=True)
    console.print(f"{len(names)} attacks, {faults} with faults", markup=False)
    return 1 if faults else 0


def _before(path: Path | None) -> set[str]:
    """Return the names of the attacks that a file of results has without a fault."""
    if path is None or not path.exists():
        return set()
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["attack"] for row in rows if not row["fault"]}


if __name__ == "__main__":
    sys.exit(main())
