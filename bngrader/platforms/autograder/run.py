"""The program of the autograder archive: judge one submission, write `results.json`.

    python -m bngrader.platforms.autograder.run [ROOT]

ROOT is /autograder on Gradescope, with `source/`, `submission/` and `results/`. If no tier of the
sandbox holds or the grader fails, there is no `results.json`, so that nobody gets 0 points for it:
Gradescope then says that the autograder failed, and shows the reason to the instructor.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bnlab.kit.course import unit as find_unit

from ...core.files import write_atomically
from ...course.collecting.content import Content, in_archive, in_files
from ...course.collecting.nodes import UnreadableError, on_disk
from ...course.grade import judge_submission
from ...course.submissions import Submission
from ...judging.judge import Judge
from ..results import results, text

ASSIGNMENT = "assignment.json"
"""The file of the archive with the unit, the course secret and the address of the book."""


def main(arguments: list[str]) -> int:
    """Judge the submission; return 1 if there is no mark."""
    root = Path(*arguments[:1] or ["/autograder"]).absolute()
    results_file = root / "results" / "results.json"
    results_file.unlink(missing_ok=True)
    begin = time.monotonic()
    try:
        data = judged(root)
    except Exception:
        traceback.print_exc(file=sys.stdout)  # Gradescope shows it to the instructor only
        print("The submission has no mark, because the autograder failed.")
        return 1
    data["execution_time"] = round(time.monotonic() - begin, 2)
    write_atomically(results_file, text(data), mode=0o600)
    print(f"judged in the tier {data['extra_data']['sandbox'] or '-'}")
    return 0


def judged(root: Path) -> dict[str, Any]:
    """Return the content of `results.json` for the submission below `root`."""
    source, handed_in = root / "source", root / "submission"
    assignment = json.loads((source / ASSIGNMENT).read_text("utf-8"))
    secret, unit = bytes.fromhex(assignment["secret"]), find_unit(assignment["unit"])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="submission-")))
        problems = unpack(handed_in, unit.name, folder)
        private = (source / ASSIGNMENT, handed_in, root / "results", folder)
        judge = stack.enter_context(
            Judge(secret, private=[each for each in private if each.exists()])
        )
        report = judge_submission(judge, Submission("submission", unit.name, folder), secret)
    data = results(report, assignment["book"])
    data["output"] = "\n".join(filter(None, [*problems, str(data["output"])]))
    return data


def unpack(handed_in: Path, unit: str, folder: Path) -> list[str]:
    """Write the files of a unit to a folder; return a line for what could not be taken.

    Args:
        handed_in: loose files, a repository, or the zip that `bnlab submit` has written.
    """
    lines: list[str] = []
    with ExitStack() as stack:
        content = _content(handed_in, stack, lines)
        found = {each.unit: each for each in content.found}
        lines += content.refused
        if unit not in found:
            others = ", ".join(found)
            lines.append(
                f"There is no work for the unit {unit}"
                + (f", but for {others}" if others else "")
                + f". Run `bnlab submit {unit}` and hand in the zip that it writes."
            )
            return lines
        for name, data in found[unit].files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return lines


def _content(handed_in: Path, stack: ExitStack, lines: list[str]) -> Content:
    """Return what is in the folder, or in the zips in it if Gradescope has not unpacked them."""
    top = on_disk(handed_in)
    skip = len(top.path) + 1
    files = [(node.path[skip:], node) for node in top.walk()]
    try:
        content = in_files(files)
    except UnreadableError as error:
        lines.append(str(error))
        return Content()
    for path, node in files if not content.found else ():
        if path.lower().endswith(".zip"):
            try:
                content.found += in_archive(node, stack).found
            except UnreadableError as error:
                lines.append(str(error))
    return content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
