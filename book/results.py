"""Read the measured results: where they lie and how one number is named and formatted.

A number is named `<claim>:<key>`, the key being a dotted path into the claim's results.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "experiments" / "results"
BENCHMARKS = Path(__file__).parents[1] / "benchmarks" / "results"


def path(claim: str) -> Path:
    """File that holds the results of a claim, whether or not it has been measured.

    The benchmarks of the course have their records beside their programs.
    """
    measured = FOLDER / f"{claim}.json"
    timed = BENCHMARKS / f"{claim}.json"
    return timed if timed.is_file() and not measured.is_file() else measured


def record(claim: str) -> dict[str, Any]:
    """Whole record of a claim: its question, provenance and results.

    Raises:
        ValueError: no results of that claim.
    """
    if not path(claim).is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.json")))
        raise ValueError(f"results: claim is {claim!r}, expected one of {known}.")
    return json.loads(path(claim).read_text("utf8"))


def value(claim: str, key: str) -> Any:
    """Measured value under a dotted key, such as `value("moments_bias", "4.mean")`.

    Raises:
        ValueError: no such claim, or no such key in it.
    """
    return _descend(record(claim)["results"], key.split("."), f"{claim}:{key}")


def formatted(reference: str) -> str:
    """Text of a measured number.

    Args:
        reference: `<claim>:<key>|<format>`.

    Raises:
        ValueError: no such number, or one that the format does not fit.
    """
    where, _, spec = reference.partition("|")
    claim, _, key = where.partition(":")
    found = value(claim, key)
    if isinstance(found, dict | list) or found is None:
        raise ValueError(f"results: {where} is {type(found).__name__}, expected one value.")
    try:
        return format(found, spec)
    except ValueError as error:
        message = f"results: format of {where} is {spec!r}, expected one for {found}."
        raise ValueError(message) from error


def _descend(node: Any, parts: list[str], where: str) -> Any:
    if not parts:
        return node
    if isinstance(node, list) and parts[0].isdigit() and int(parts[0]) < len(node):
        return _descend(node[int(parts[0])], parts[1:], where)
    if isinstance(node, dict):
        for n in range(len(parts), 0, -1):  # a key such as "0.1" has a dot of its own
            key = ".".join(parts[:n])
            if key in node:
                return _descend(node[key], parts[n:], where)
    known = ", ".join(map(str, node)) if isinstance(node, dict) else type(node).__name__
    raise ValueError(f"results: {where} is missing at {parts[0]!r}, expected one of {known}.")
