"""How often do two readers give a claim the same verdict, where only reading can settle it?

The second reader did not see the verdicts of the first. Nothing is trained.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from book import ledger_verdicts

SECOND = Path(ledger_verdicts.__file__).with_name("ledger_second.toml")


def run(quick: bool) -> dict:
    """Agreement, Cohen's kappa, and the claims on which the readers differ."""
    first = {
        row["id"]: row["verdict"]
        for row in tomllib.loads(ledger_verdicts.FILE.read_text("utf8"))["claim"]
        if "verdict" in row
    }
    second = {name: row["verdict"] for name, row in tomllib.loads(SECOND.read_text("utf8")).items()}
    if first.keys() != second.keys():
        named = ", ".join(sorted(first.keys() ^ second.keys()))
        raise ValueError(f"ledger_agreement: {named}: expected a verdict of both readers.")
    pairs = [(first[name], second[name]) for name in first]
    return {
        "claims": len(pairs),
        "agreed": sum(a == b for a, b in pairs),
        "kappa": kappa(pairs),
        "differ": {
            name: [first[name], second[name]] for name in first if first[name] != second[name]
        },
    }


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa: agreement beyond that of two readers with the same habits and no insight.

    >>> kappa([("right", "right"), ("wrong", "wrong")])
    1.0
    >>> kappa([("right", "right"), ("right", "wrong"), ("wrong", "right"), ("wrong", "wrong")])
    0.0
    """
    total = len(pairs)
    observed = sum(a == b for a, b in pairs) / total
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(one[name] * other[name] for name in one) / total**2
    return (observed - expected) / (1 - expected)
