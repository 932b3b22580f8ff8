"""How often do two readers give a claim the same verdict, where only reading can settle it?

The second reader did not see the verdicts of the first. A claim that one reader read twice is not
counted. Nothing is trained.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from book import ledger_verdicts

SECOND = Path(ledger_verdicts.__file__).with_name("ledger_second.toml")


def run(quick: bool) -> dict:
    """Agreement, Cohen's kappa, and the claims on which the readers differ."""
    rows = tomllib.loads(ledger_verdicts.FILE.read_text("utf8"))["claim"]
    read = {row["id"]: row["verdict"] for row in rows if "verdict" in row}
    second = tomllib.loads(SECOND.read_text("utf8"))
    if read.keys() != second.keys():
        named = ", ".join(sorted(read.keys() ^ second.keys()))
        raise ValueError(f"ledger_agreement: {named}: expected a verdict of both readers.")
    pairs = {
        name: (row.get("first", read[name]), row["verdict"])
        for name, row in second.items()
        if row.get("reader") != "same"
    }
    return {
        "all": len(rows),
        "read": len(read),
        "claims": len(pairs),
        "agreed": sum(a == b for a, b in pairs.values()),
        "kappa": kappa(list(pairs.values())),
        "differ": {name: list(pair) for name, pair in pairs.items() if pair[0] != pair[1]},
        "verdicts": Counter(claim.verdict for claim in ledger_verdicts.claims()),
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
