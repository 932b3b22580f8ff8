"""The instructor's side on disk: solved modules, hidden tests, mistakes and alternatives.

Everything with an answer in it lives under `solutions/`; this is the only module that reads it.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.properties import Property, properties

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"


@dataclass(frozen=True)
class Mistake:
    """One named way to get a unit wrong.

    Attributes:
        name: file name without suffix, such as "unbiased_variance".
        loses: the tasks that a hidden test must take from it.
        hint: what to tell the learner; empty for an alternative, which is right.
        read: label of the paragraph in the book.
        body: the wrong definitions alone.
    """

    unit: str
    name: str
    loses: tuple[str, ...]
    hint: str
    read: str
    body: str

    @property
    def source(self) -> str:
        """The whole module, solved but for this mistake."""
        return f"{solved(self.unit)}\n\n{self.body}"

    @property
    def page(self) -> str:
        """Where the book explains it, as `02_moments.html#moments-biased`; "" where it does not."""
        chapter = chapter_labels().get(self.read)
        return f"{chapter}.html#{self.read}" if chapter else ""


@cache
def solved(unit: str) -> str:
    """The source of the solved module."""
    return (SOLUTIONS / "bnlab" / f"{unit}.py").read_text("utf-8")


@cache
def chapter_labels() -> dict[str, str]:
    """For each label `(name)=` in a chapter the chapter's file name without suffix."""
    return {
        label: path.stem
        for path in sorted((ROOT / "book").glob("[0-9][0-9]_*.md"))
        for label in re.findall(r"^\(([\w-]+)\)=$", path.read_text("utf-8"), re.MULTILINE)
    }


@cache
def notebook_source(slug: str) -> str:
    """The MyST source of a notebook."""
    return (SOLUTIONS / "notebooks" / f"{slug}.md").read_text("utf-8")


@cache
def questions(unit: str) -> dict[str, Any]:
    """The right quiz answers of a unit by question, and what its written answer is to say."""
    return tomllib.loads((SOLUTIONS / "quiz_keys" / f"{unit}.toml").read_text("utf-8"))


@cache
def hidden_source(unit: str) -> str:
    """The source of the hidden tests, to search releases for."""
    return (SOLUTIONS / "hidden_tests" / f"test_{unit}.py").read_text("utf-8")


@cache
def hidden_tests(unit: str) -> tuple[Property, ...]:
    """The hidden tests of a unit, in the order of its tasks; none where it has no tasks."""
    if not find_unit(unit).coded:
        return ()
    path = SOLUTIONS / "hidden_tests" / f"test_{unit}.py"
    spec = importlib.util.spec_from_file_location(f"hidden_{unit}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"hidden tests: file is {path.name}, expected one that can be imported.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    order = [task.name for task in find_unit(unit).tasks]
    return tuple(sorted(properties(module), key=lambda each: order.index(each.task)))


@cache
def mistakes(unit: str) -> tuple[Mistake, ...]:
    """The mistakes of a unit, by name."""
    return _variations("mistakes", unit)


@cache
def accepted(unit: str) -> tuple[Mistake, ...]:
    """Right implementations in other styles; they must lose nothing."""
    return _variations("accepted", unit)


def _variations(folder: str, unit: str) -> tuple[Mistake, ...]:
    paths = sorted((SOLUTIONS / folder / unit).glob("*.py"))
    return tuple(_read_variation(path, unit) for path in paths)


def _read_variation(path: Path, unit: str) -> Mistake:
    """A file that says in its docstring what it loses, laid over the solved module."""
    body = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(body)) or ""
    fields: dict[str, str] = {}
    for line in doc.splitlines()[1:]:
        key, colon, value = line.partition(":")
        if colon and key in ("loses", "hint", "read"):
            fields[key] = value.strip()
        elif line.strip() and fields:
            last = next(reversed(fields))
            fields[last] += " " + line.strip()
    loses = tuple(each.strip() for each in fields.get("loses", "").split(",") if each.strip())
    known = [task.name for task in find_unit(unit).tasks]
    for each in loses:
        if each not in known:
            raise ValueError(f"{path.name}: loses is {each!r}, expected one of {known}.")
    return Mistake(
        unit=unit,
        name=path.stem,
        loses=loses,
        hint=fields.get("hint", ""),
        read=fields.get("read", ""),
        body=body,
    )
