"""The files under `solutions/`: references, hidden tests, mistakes, accepted solutions, quiz keys.

Everything that holds an answer is in this folder, and only this module reads it. The paths of the
repository are defined here.
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

from bnlab.kit.course import coded_units
from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.properties import Property, properties

from .errors import GraderError

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the repository."""
SOLUTIONS = ROOT / "solutions"


@dataclass(frozen=True)
class Mistake:
    """A wrong solution of a unit, or an accepted one in another style.

    Attributes:
        name: file name without suffix, such as "unbiased_variance".
        loses: the tasks that lose points; empty for an accepted solution.
        hint: what the learner reads; "" for an accepted solution.
        read: label of the paragraph in the book.
        body: the text of the file, which holds the definitions that differ from the reference.
    """

    unit: str
    name: str
    loses: tuple[str, ...]
    hint: str
    read: str
    body: str

    @property
    def source(self) -> str:
        """The whole module: the reference, followed by the definitions that replace some of it."""
        return f"{solved(self.unit)}\n\n{self.body}"

    @property
    def page(self) -> str:
        """The paragraph of the book, as `02_moments.html#moments-biased`; "" if there is none."""
        chapter = chapter_labels().get(self.read)
        return f"{chapter}.html#{self.read}" if chapter else ""


@cache
def solved(unit: str) -> str:
    """Return the text of the reference."""
    return (SOLUTIONS / "bnlab" / f"{unit}.py").read_text("utf-8")


@cache
def earlier(unit: str) -> dict[str, str]:
    """Return the references of the units before one, which its module may import."""
    return {name: solved(name) for name in units_before(unit)}


def units_before(unit: str) -> tuple[str, ...]:
    """Return the names of the units with a module that come before one."""
    number = find_unit(unit).number
    return tuple(name for name, each in coded_units().items() if each.number < number)


@cache
def chapter_labels() -> dict[str, str]:
    """Return for each label `(name)=` of the book the file name of its chapter without suffix."""
    return {
        label: path.stem
        for path in sorted((ROOT / "book").glob("[0-9][0-9]_*.md"))
        for label in re.findall(r"^\(([\w-]+)\)=$", path.read_text("utf-8"), re.MULTILINE)
    }


@cache
def notebook_source(slug: str) -> str:
    """Return the MyST text from which a notebook is made."""
    return (SOLUTIONS / "notebooks" / f"{slug}.md").read_text("utf-8")


@cache
def questions(unit: str) -> dict[str, Any]:
    """Return the quiz key of a unit: an entry for each question, and one for the written answer."""
    return tomllib.loads((SOLUTIONS / "quiz_keys" / f"{unit}.toml").read_text("utf-8"))


@cache
def hidden_source(unit: str) -> str:
    """Return the text of the hidden tests."""
    return (SOLUTIONS / "hidden_tests" / f"test_{unit}.py").read_text("utf-8")


@cache
def hidden_tests(unit: str) -> tuple[Property, ...]:
    """Return the hidden tests of a unit in the order of its tasks; none if it has no tasks."""
    if not find_unit(unit).coded:
        return ()
    path = SOLUTIONS / "hidden_tests" / f"test_{unit}.py"
    spec = importlib.util.spec_from_file_location(f"hidden_{unit}", path)
    if spec is None or spec.loader is None:
        raise GraderError(f"hidden tests: {path} cannot be imported; restore the file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    order = [task.name for task in find_unit(unit).tasks]
    return tuple(sorted(properties(module), key=lambda each: order.index(each.task)))


@cache
def mistakes(unit: str) -> tuple[Mistake, ...]:
    """Return the mistakes of a unit, sorted by name."""
    return _variations("mistakes", unit)


@cache
def accepted(unit: str) -> tuple[Mistake, ...]:
    """Return the accepted solutions of a unit, which must earn all points."""
    return _variations("accepted", unit)


def _variations(folder: str, unit: str) -> tuple[Mistake, ...]:
    paths = sorted((SOLUTIONS / folder / unit).glob("*.py"))
    return tuple(_read_variation(path, unit) for path in paths)


def _read_variation(path: Path, unit: str) -> Mistake:
    """Return the mistake in a file; the fields are in its docstring."""
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
            raise GraderError(f"{path.name}: loses is {each!r}, expected one of {known}.")
    return Mistake(
        unit=unit,
        name=path.stem,
        loses=loses,
        hint=fields.get("hint", ""),
        read=fields.get("read", ""),
        body=body,
    )
