"""Digests of everything that decides a report, so that what is kept is used only where it is true.

Whatever changes a mark, a verdict or the name of a mistake changes the digest: the grader, the
kit, the libraries, and of the unit the hidden tests, the mistakes and the solved module.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from bnlab.kit.course import units

from .solutions import ROOT, SOLUTIONS

LIBRARIES = ("numpy", "scipy", "torch", "safetensors")


@cache
def grader_digest(unit: str) -> str:
    """The digest of what decides the reports on one unit, as hexadecimal text."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    digest.update(f"python {platform.python_version()}\n".encode())
    for path in sorted(_files(unit)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


@cache
def whole_digest() -> str:
    """The digest of what decides the reports on every unit."""
    text = "\n".join(grader_digest(name) for name in units())
    return hashlib.sha256(text.encode()).hexdigest()


def _files(unit: str) -> Iterator[Path]:
    yield from (ROOT / "bngrader").rglob("*.py")
    kit = ROOT / "bnlab" / "kit"
    yield from kit.rglob("*.py")
    yield from kit.rglob("*.toml")
    for path in SOLUTIONS.rglob("*"):
        inside = path.relative_to(SOLUTIONS)
        # Alternatives and the notebooks' texts prove or explain; they decide nothing.
        if inside.parts[0] in ("accepted", "notebooks") or path.suffix not in (".py", ".toml"):
            continue
        others = set(units()) - {unit}
        if not others & {path.stem.removeprefix("test_"), *inside.parts}:
            yield path
