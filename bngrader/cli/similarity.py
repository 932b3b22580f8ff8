"""`bngrader similarity`: list pairs of suspiciously similar submissions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .console import console, print_lines, progress, shown
from .options import add_command, add_units, check_writable, course_of

DESCRIPTION = """\
List pairs of suspiciously similar modules and written answers, with the evidence side by side.

reads:   DIR/<learner>/<unit>/, course/roster.csv; nothing is executed
writes:  course/similarity.html, and beside it similarity.csv

The report is advice; no mark depends on it. A pair is listed if it shares much that few others
wrote. Other variable names, comments and orders of functions do not hide a copy. What the skeleton
gives, how the reference, accepted solutions and known mistakes are written, and what a quarter of
the class has in common is not counted, so that a short task with few ways to write it accuses
nobody. A copy of a very short function may not be found.

examples:
  bngrader similarity
  bngrader similarity --unit layer --html layer.html
  bngrader similarity last-year/submitted course/submitted   compare with an earlier class

exit codes: 0 done, 2 not possible
"""


def add_parser(commands: Any) -> None:
    """Add the parser of `bngrader similarity`."""
    summary = "list pairs of suspiciously similar submissions"
    parser = add_command(commands, "similarity", run, summary, DESCRIPTION, course=True)
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="DIR",
        help="folders of <learner>/<unit>/ (default: submitted/ in the folder of the course)",
    )  # fmt: skip
    add_units(parser)
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="the page (default: course/similarity.html)"
    )


def run(options: argparse.Namespace) -> int:
    """Compare the submissions."""
    from bnlab.kit.course import unit, units

    from ..core.files import write_atomically
    from ..core.text import count, printable
    from ..course import submissions
    from ..course.notebooks import read_notebook
    from ..course.similarity import pairs
    from ..course.similarity.page import similarity_page
    from ..course.tables import write_table

    course = course_of(options)
    path = options.html or course.root / "similarity.html"
    check_writable(path)
    wanted = [unit(name).name for name in options.unit or units()]
    folders = options.folders or [course.submitted]
    texts: dict[tuple[str, str, str], str] = {}
    compared: dict[str, int] = {}
    found = []
    with progress() as bar:
        row = bar.add_task("comparing", total=len(wanted))
        for name in wanted:
            modules, answers = {}, {}
            for folder in folders:
                start = f"{folder.name}/" if len(folders) > 1 else ""
                for each in submissions.find(folder)[0]:
                    if each.unit != name:
                        continue
                    source, _ = each.source()
                    if source:
                        modules[start + each.learner] = source
                    notebook = read_notebook(unit(name), each)
                    answer = "\n\n".join([notebook.written, *notebook.others])
                    if answer.strip():
                        answers[start + each.learner] = answer
            for kind, own, compare in (
                (pairs.MODULE, modules, pairs.modules), (pairs.WRITTEN, answers, pairs.written)
            ):  # fmt: skip
                if len(own) > 1:
                    found += compare(name, own)
                    texts |= {(name, kind.name, who): text for who, text in own.items()}
                    compared[f"{kind.name}s"] = compared.get(f"{kind.name}s", 0) + len(own)
            bar.advance(row)
    found.sort(key=lambda pair: -pair.weight)
    roster = course.roster()
    people = roster.people if roster else ()
    names = {each.learner: each.names[0] for each in people if each.names}
    zone = course.settings().zone
    write_atomically(path, similarity_page(found, texts, compared, names, zone))
    table = path.with_suffix(".csv")
    header = ["unit", "kind", "one", "other", "weight", "share", "comments", "others"]
    rows = [
        {**{key: getattr(pair, key) for key in header},
         "weight": f"{pair.weight:.1f}", "share": f"{pair.share:.3f}"} for pair in found
    ]  # fmt: skip
    write_table(table, header, rows)
    print_lines(
        f"{pair.unit}, {pair.kind}: {printable(pair.one)} and {printable(pair.other)}, "
        f"weight {pair.weight:.0f}, {pair.share:.0%} of the shorter"
        for pair in found[:10]
    )
    more = f", the first {min(len(found), 10)} are above" if len(found) > 10 else ""
    console.print(f"{count(len(found), 'pair')}{more}. This is advice: read both before you act.")
    print_lines(f"written: {shown(each)}" for each in (path, table))
    return 0
