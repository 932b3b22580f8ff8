"""Runs every attack on every tier of the sandbox and writes the table. `make attacks`

    python -m tools.attacks                       all of them; writes docs/attacks.md
    python -m tools.attacks a_lying_object        these only; writes nothing

The attacks are in `tests/security/attacks/`, one file each. Exit code 1 where one of them succeeds,
or where a control shows nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from rich.console import Console
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "attacks.md"
GROUPS = {
    "A": "Forge the verdict from inside",
    "B": "Forge the channel",
    "C": "Read what is secret",
    "D": "Break out, persist, harm",
    "E": "Shortcuts",
}
CONTROLS = {
    "open": "harm is seen without confinement",
    "stock": "full marks from a grader in one process",
    "unwatched": "most of the marks where nobody watches",
    "naive": "harm is seen with an ordinary reader",
    "design": "none",
}
HELD = "held"
PAGE = Path(__file__).with_suffix(".md")
"""What stands around the tables."""


@dataclass(frozen=True)
class Row:
    """What came of one attack: its control, and for each tier "held" or what went wrong."""

    name: str
    control: str
    outcomes: tuple[str, ...]

    @property
    def good(self) -> bool:
        return bool(self.control) and all(each in (HELD, MISSING) for each in self.outcomes)


MISSING = "not to be had here"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ATTACK")
    options = parser.parse_args(arguments)
    from tests.security import harness

    chosen = [each for each in harness.attacks() if not options.names or each.name in options.names]
    rows = run(chosen)
    console = Console(width=160, highlight=False)
    for row in rows:
        told = [f"{tier}: {out}" for tier, out in zip(harness.TIERS, row.outcomes, strict=True)]
        console.print(f"{row.name}  |  {row.control or 'NOTHING SHOWN'}  |  {'  |  '.join(told)}")
    bad = [row.name for row in rows if not row.good]
    console.print(f"{len(rows)} attacks, {len(bad)} of them not as they must be {bad or ''}")
    if not options.names:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(page(rows), "utf-8")
        console.print(f"table:  {TABLE.relative_to(ROOT)}")
    return 1 if bad else 0


def run(chosen: Sequence) -> list[Row]:  # type: ignore[type-arg]
    """Every attack on every tier, and its control; one judge for each tier."""
    from bngrader.sandbox.tiers import SandboxUnavailableError
    from tests.security import harness

    outcomes: dict[str, list[str]] = {each.name: [] for each in chosen}
    for tier in harness.TIERS:
        with harness.judge_on(tier) as judge:
            try:
                there = judge.tier == tier
            except SandboxUnavailableError:
                there = False
            for each in track(chosen, tier):
                faults = harness.faults(each, harness.judged(each, judge)) if there else [MISSING]
                outcomes[each.name].append("; ".join(faults) or HELD)
    with harness.judge_on("none") as judge:
        controls = [harness.tripped(each, judge) for each in track(chosen, "controls")]
    return [
        Row(each.name, control and CONTROLS[each.control], tuple(outcomes[each.name]))
        for each, control in zip(chosen, controls, strict=True)
    ]


def page(rows: Sequence[Row]) -> str:
    """The table as markdown; the same outcomes give the same bytes."""
    from tests.security import harness

    attacks = {each.name: each for each in harness.attacks()}
    lines = []
    for letter, group in GROUPS.items():
        lines += [
            f"## {letter}. {group}\n",
            f"| attack | deserved and given | without the defence | {' | '.join(harness.TIERS)} |",
            "| --- " * (3 + len(harness.TIERS)) + "|",
        ]
        for row in rows:
            attack = attacks[row.name]
            if attack.item[0] != letter:
                continue
            points = attack.points.items()
            marks = ", ".join(
                f"`{task}` {'part' if isnan(value) else f'{value:g}'}" for task, value in points
            )
            control = row.control if attack.control != "design" else f"by design: {attack.why}"
            cells = (f"**{row.name[2:]}**: {attack.title}", marks, control or "NOTHING SHOWN")
            lines.append("| " + " | ".join(_cell(each) for each in (*cells, *row.outcomes)) + " |")
        lines.append("")
    held = sum(row.good for row in rows)
    count = f"{held} of {len(rows)} attacks fail on every tier that was to be had."
    return PAGE.read_text("utf-8").format(tables="\n".join(lines), count=count)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
