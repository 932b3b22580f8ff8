"""The attacks: files in `attacks/`, and what each of them says of itself.

An attack is a file in `attacks/`. The first line of its docstring says what it does; then follow

    item      the letter of its group, and the entry of the catalogue
    kind      module (default): code that is appended to the reference, as a learner's code;
              files: `build(targets)` writes the submission, and is our code;
              notebook: `spoil(notebook)` changes a notebook that is handed in with a wrong module
    unit      the unit that is handed in (default: moments)
    harm      what would be lost
    deserves  everything, nothing, or points by task (`part`: some of the points)
    says      texts that the report must contain, separated by ` | `
    witness   for `unconfined`: the witness that sees the harm (see `Targets.harm`)
    control   the run that shows that the attack is real:
              unconfined     without confinement the witness sees the harm
              unsafe_grader  a grader in one process gives the wrong code full marks
              unwatched      the code passes where forbidden operations are not looked for
              naive_reader   `naive_reader(targets)` of the file does what an ordinary program does
              by_design      there is nothing to run, for the reason that follows
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path

from bnlab.kit.course import unit as find_unit

HERE = Path(__file__).resolve().parent
CONTROLS = ("unconfined", "unsafe_grader", "unwatched", "naive_reader", "by_design")
FIELDS = ("item", "kind", "unit", "harm", "deserves", "says", "witness", "control")


@dataclass(frozen=True)
class Attack:
    """An attack, as its file describes it."""

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
    reason: str
    path: Path

    @property
    def body(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def points(self) -> dict[str, float]:
        """The points that each task deserves; nan for some of the points."""
        tasks = find_unit(self.unit).tasks
        if self.deserves in ("everything", "nothing"):
            share = self.deserves == "everything"
            return {task.name: float(task.points * share) for task in tasks}
        pairs = (each.rsplit(" ", 1) for each in self.deserves.split(", "))
        return {name: nan if points == "part" else float(points) for name, points in pairs}

    def deserved(self, points: dict[str, float]) -> bool:
        """Return whether these are the points that the code deserves."""
        maximum = {task.name: task.points for task in find_unit(self.unit).tasks}
        return points.keys() == self.points.keys() and all(
            0 < points[task] < maximum[task] if isnan(due) else points[task] == due
            for task, due in self.points.items()
        )


@cache
def attacks() -> tuple[Attack, ...]:
    """Return all attacks, sorted by name."""
    return tuple(read(path) for path in sorted((HERE / "attacks").glob("*.py")))


def read(path: Path) -> Attack:
    """Read the attack in a file.

    Raises:
        ValueError: where its docstring lacks a field, or its control is not known.
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
    control, _, reason = fields["control"].partition(": ")
    if control not in CONTROLS:
        raise ValueError(f"{path.name}: control is {control!r}, expected one of {CONTROLS}.")
    says = tuple(each.strip() for each in fields["says"].split(" | ") if each.strip())
    return Attack(
        path.stem, title.strip(), fields["item"], fields["kind"], fields["unit"], fields["harm"],
        fields["deserves"], says, fields["witness"], control, reason, path,
    )  # fmt: skip
