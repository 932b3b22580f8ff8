"""Run every attack on every tier of the sandbox and write the table. `make attacks`

    python -m tools.attacks                 all attacks; writes docs/attacks.md
    python -m tools.attacks c_tcp c_udp     these attacks; writes nothing

The attacks are in `tests/security/attacks/`, one file each. The exit code is 1 where an attack
succeeds, or a control shows no harm.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from bngrader.cli.console import console, progress
from bngrader.sandbox.tiers import SandboxUnavailableError
from tests.security import catalogue, controls, harness
from tests.security.catalogue import Attack

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "attacks.md"
TEMPLATE = Path(__file__).with_suffix(".md")
"""The text around the tables."""

GROUPS = {
    "A": "Forge the verdict from inside",
    "B": "Forge the channel",
    "C": "Read secrets",
    "D": "Escape, persist, harm",
    "E": "Shortcuts",
}
CONTROLS = {
    "unconfined": "harm without confinement",
    "unsafe_grader": "full marks from a grader in one process",
    "unwatched": "passes where forbidden operations are not looked for",
    "naive_reader": "harm with an ordinary reader",
    "by_design": "none",
}
HELD = "held"
MISSING = "not available here"
NO_HARM = "NO HARM SHOWN"


@dataclass(frozen=True)
class Row:
    """The outcome of one attack.

    Attributes:
        control: what the control showed, "" for nothing.
        outcomes: for each tier `HELD`, `MISSING`, or what went wrong.
    """

    attack: Attack
    control: str
    outcomes: tuple[str, ...]

    @property
    def good(self) -> bool:
        return bool(self.control) and all(each in (HELD, MISSING) for each in self.outcomes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 where every attack fails and every control shows harm."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.attacks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="ATTACK", help="these attacks (default: all)")
    names = parser.parse_args(arguments).names
    unknown = set(names) - {each.name for each in catalogue.attacks()}
    if unknown:
        parser.error(f"no attack {min(unknown)!r} in tests/security/attacks/")
    rows = run([each for each in catalogue.attacks() if not names or each.name in names])
    for row in rows:
        tiers = [f"{tier}: {out}" for tier, out in zip(harness.TIERS, row.outcomes, strict=True)]
        line = "  |  ".join([row.attack.name, row.control or NO_HARM, *tiers])
        console.print(line, markup=False, soft_wrap=True)
    bad = [row.attack.name for row in rows if not row.good]
    console.print(f"{len(rows)} attacks, {len(bad)} with faults {bad or ''}", markup=False)
    if not names:
        TABLE.write_text(page(rows), "utf-8")
        console.print(f"Table: {TABLE.relative_to(ROOT)}")
    return 1 if bad else 0


def run(chosen: Sequence[Attack]) -> list[Row]:
    """Run attacks on every tier, with one judge for each tier, and then their controls."""
    outcomes: dict[str, list[str]] = {each.name: [] for each in chosen}
    with progress() as bar:
        for tier in harness.TIERS:
            with harness.judge_on(tier) as judge:
                try:
                    available = judge.tier == tier
                except SandboxUnavailableError:
                    available = False
                for each in bar.track(chosen, description=tier):
                    faults = harness.faults(each, harness.run(each, judge)) if available else None
                    outcomes[each.name].append(
                        MISSING if faults is None else "; ".join(faults) or HELD
                    )
        with harness.judge_on("none") as judge:
            without = [
                controls.run_control(each, judge)
                for each in bar.track(chosen, description="controls")
            ]
    return [
        Row(each, control and CONTROLS[each.control], tuple(outcomes[each.name]))
        for each, control in zip(chosen, without, strict=True)
    ]


def page(rows: Sequence[Row]) -> str:
    """Return the page in Markdown; the same outcomes give the same bytes."""
    lines = []
    for letter, group in GROUPS.items():
        lines += [
            f"## {letter}. {group}\n",
            f"| attack | points | without the defence | {' | '.join(harness.TIERS)} |",
            "| --- " * (3 + len(harness.TIERS)) + "|",
            *(table_row(row) for row in rows if row.attack.item[0] == letter),
            "",
        ]
    held = sum(row.good for row in rows)
    count = f"{held} of {len(rows)} attacks fail on every tier that was available."
    return TEMPLATE.read_text("utf-8").format(tables="\n".join(lines), count=count)


def table_row(row: Row) -> str:
    """Return the row of the table for one attack."""
    attack = row.attack
    points = ", ".join(
        f"`{task}` {'part' if isnan(value) else f'{value:g}'}"
        for task, value in attack.points.items()
    )
    control = f"by design: {attack.reason}" if attack.control == "by_design" else row.control
    cells = (f"**{attack.name[2:]}**: {attack.title}", points, control or NO_HARM, *row.outcomes)
    return "| " + " | ".join(map(cell, cells)) + " |"


def cell(text: str) -> str:
    """Return a text for a cell of a table in Markdown."""
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
