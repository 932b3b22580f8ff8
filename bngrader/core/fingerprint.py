"""Digests of everything that can change a mark, by which stored results are known to be valid.

The digest of a unit covers the judge, the sandbox, the worker and the hidden tests with all modules
that they import, its reference and those of the units before it, the mistakes, the list of tasks,
and the versions of the libraries.
Nothing else is part of it: after a change of a help text, a report page or a skeleton the journal
stays valid.
"""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from bnlab.kit.course import units

from .solutions import ROOT, units_before

LIBRARIES = ("numpy", "scipy", "torch", "safetensors")

ENTRY_POINTS = (
    "bngrader/judging/*.py",
    "bngrader/remote/*.py",
    "bngrader/sandbox/**/*.py",
    "bngrader/worker/*.py",
)
"""The programs on both sides; modules that they import are found from there."""

DATA = (
    "bnlab/kit/course.toml",
    "solutions/bnlab/{unit}.py",
    "solutions/mistakes/{unit}/*.py",
    "solutions/quiz_keys/{unit}.toml",
)
"""Files that are read rather than imported."""

PACKAGES = ("bngrader", "bnlab.kit")
"""Imports from other packages are covered by the versions of the libraries."""


def files_that_decide(unit: str, root: Path = ROOT) -> tuple[Path, ...]:
    """Return the files that can change a mark, a verdict or a recognised mistake of a unit.

    Args:
        unit: a unit such as "moments".
        root: the folder of the repository.
    """
    entries = [path for pattern in ENTRY_POINTS for path in root.glob(pattern)]
    entries += _hidden_tests(unit, root)
    data = [path for pattern in DATA for path in root.glob(pattern.format(unit=unit))]
    data += [root / "solutions" / "bnlab" / f"{name}.py" for name in units_before(unit)]
    return tuple(sorted({*with_imports(entries, root), *data}))


@cache
def grader_digest(unit: str, root: Path = ROOT) -> str:
    """Return the digest of all that decides the reports on one unit, as hexadecimal text."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    digest.update(f"python {platform.python_version()}\n".encode())
    for path in files_that_decide(unit, root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


@cache
def whole_digest() -> str:
    """Return the digest of all that decides the reports on every unit."""
    text = "\n".join(grader_digest(name) for name in units())
    return hashlib.sha256(text.encode()).hexdigest()


def _hidden_tests(unit: str, root: Path) -> list[Path]:
    """Return the hidden tests of a unit, and the modules that hidden tests share."""
    folder = root / "solutions" / "hidden_tests"
    shared = [path for path in folder.glob("*.py") if not path.name.startswith("test_")]
    return [*shared, *folder.glob(f"test_{unit}.py")]


def with_imports(entries: Iterable[Path], root: Path) -> set[Path]:
    """Return some modules and all modules of `PACKAGES` that they import, directly or not."""
    found: set[Path] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path, root, path.stat().st_mtime_ns)
    return found


@cache
def _imports(path: Path, root: Path, _changed: int) -> tuple[Path, ...]:
    """Return the modules of `PACKAGES` that one module imports, anywhere in its code."""
    names: set[str] = set()
    package = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return tuple(_files_of(names, root))


def _files_of(names: Iterable[str], root: Path) -> Iterator[Path]:
    for name in names:
        if name.startswith(PACKAGES):
            path = root.joinpath(*name.split(".")).with_suffix(".py")
            if path.is_file():
                yield path
