"""Compute the verdict of every claim of the four sources.

`ledger.toml` holds the claims in the order of the sources, each in the words of its source. A claim
that was measured has its conditions on results there, and the verdict follows from them; a claim
that only reading can settle has its verdict there, with the reason.
"""

from __future__ import annotations

import operator
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from book import results

FILE = Path(__file__).with_name("ledger.toml")
VERDICTS = ("right", "partly", "wrong", "undecided", "misprint", "outdated")
MEASURED = ("right", "partly", "wrong")  # asked in this order; none of them is "undecided"
COMPUTED = ("arithmetic", "own measurement")  # kinds of evidence that are in records
READ = ("arithmetic", "documentation", "literature", "the text itself", "none")
SCOPES = ("general", "small networks", "one core", "library version", "this text")
CONDITION = re.compile(r"(\w+):(\S+) (<=|>=|==|<|>) (\S+)")
COMPARE = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "==": operator.eq,
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes:
        id: source and number, such as "S0-17"; a letter marks parts of one sentence.
        quote: the words of the source, with " … " where some are left out; "$...$" for a formula
            and "`...`" for code.
        place: section of the source and paragraph in it.
        says: what we take the words to claim, "" where they are plain.
        strength: kind of the evidence, one of COMPUTED or READ.
        scope: how far the evidence reaches, one of SCOPES.
        evidence: what was seen, in MyST.
        verdict: one of VERDICTS.
        files: claims of `experiments/results` that decided it; none where reading did.
    """

    id: str
    quote: str
    place: tuple[str, int]
    says: str
    strength: str
    scope: str
    evidence: str
    verdict: str
    files: tuple[str, ...]


def holds(condition: str) -> bool:
    """Whether a condition on one measured number is true.

    Args:
        condition: `<result>:<key> <op> <number>`; `<key>` may end in `low` or `high`.

    Raises:
        ValueError: not of that form, or no such number.
    """
    match = CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(f"ledger: condition is {condition!r}, expected 'result:key < number'.")
    name, key, compare, limit = match.groups()
    return bool(COMPARE[compare](float(results.value(name, key)), float(limit)))


def claims() -> list[Claim]:
    """All claims, in the order of the sources.

    Raises:
        ValueError: a claim with both kinds of verdict or with none, or with an unknown word.
    """
    return [_claim(row) for row in tomllib.loads(FILE.read_text("utf8"))["claim"]]


def _claim(row: dict) -> Claim:
    conditions = {verdict: row[verdict] for verdict in MEASURED if verdict in row}
    if bool(conditions) == ("verdict" in row):
        raise ValueError(f"ledger: {row['id']} has no or two verdicts, expected one kind.")
    verdict = row.get("verdict") or _measured(conditions)
    kinds = COMPUTED if conditions else READ
    for name, value, words in (
        ("verdict", verdict, VERDICTS), ("strength", row["strength"], kinds),
        ("scope", row["scope"], SCOPES),
    ):  # fmt: skip
        if value not in words:
            message = f"ledger: {name} of {row['id']} is {value!r}, expected one of {words}."
            raise ValueError(message)
    named = [each.partition(":")[0] for tests in conditions.values() for each in tests]
    return Claim(
        id=row["id"],
        quote=row["quote"],
        place=tuple(row["place"]),
        says=row.get("says", ""),
        strength=row["strength"],
        scope=row["scope"],
        evidence=row["evidence"],
        verdict=verdict,
        files=tuple(dict.fromkeys(named)),
    )


def _measured(conditions: dict[str, list[str]]) -> str:
    for verdict, tests in conditions.items():
        if all(holds(test) for test in tests):
            return verdict
    return "undecided"
