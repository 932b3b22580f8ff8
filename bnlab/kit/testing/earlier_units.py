"""The earlier units of the course, which a learner's module may import.

`from .moments import batch_moments` in `forward.py` is good style. In a check, the earlier units
are the learner's own; in grading, the references stand in for them, so that a mistake in one unit
costs nothing in the next.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

PACKAGE = "bnlab"
CLOSED = ("checks", "cli", "diagnosis", "feedback", "testing")
"""Packages of the kit that a learner's module cannot import in grading, as they hold the checks."""


class UnitFinder(MetaPathFinder):
    """A finder of `bnlab.<unit>` for the module of one unit.

    Args:
        unit: the unit whose module imports.
        earlier: the loader of each earlier unit, in the order of the course.

    Attributes:
        found: the earlier units that were imported.
    """

    def __init__(self, unit: str, earlier: Mapping[str, Loader]):
        self._unit, self._earlier = unit, earlier
        self.found: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an earlier unit; None for what is no unit.

        Raises:
            ImportError: for any other module of the package but the kit.
        """
        package, _, name = fullname.partition(".")
        if package != PACKAGE or not name or name.partition(".")[0] == "kit":
            return None
        if name not in self._earlier:
            known = ", ".join(self._earlier) or "there is none"
            raise ImportError(
                f"bnlab/{self._unit}.py may import the units before it only ({known}); "
                f"{name} is not one of them.",
                name=fullname,
            )
        self.found.append(name)
        return spec_from_loader(fullname, self._earlier[name])


class TextLoader(Loader):
    """A loader of a module from its text."""

    def __init__(self, name: str, source: str):
        self._filename, self._source = f"{PACKAGE}/{name}.py", source

    def exec_module(self, module: ModuleType) -> None:
        """Execute the text in a module."""
        execute(module, self._filename, self._source)


def execute(module: ModuleType, filename: str, source: str) -> None:
    """Execute a text in a module, under a file name that need not exist."""
    # Tracebacks and inspect.getsource read the text from here.
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    module.__file__ = filename
    exec(compile(source, filename, "exec"), module.__dict__)


@contextmanager
def importing(unit: str, earlier: Mapping[str, Loader]) -> Iterator[UnitFinder]:
    """Let the module of a unit import new modules of the earlier units in the block.

    Modules of units that were imported before are put aside, and are there again afterwards.
    """
    package = sys.modules.get(PACKAGE)
    finder = UnitFinder(unit, earlier)
    before = _take_out(package, (unit, *earlier))
    sys.meta_path.insert(0, finder)
    try:
        yield finder
    finally:
        sys.meta_path.remove(finder)
        _take_out(package, (unit, *earlier))
        for name, module in before.items():
            sys.modules[f"{PACKAGE}.{name}"] = module
            if package is not None:
                setattr(package, name, module)


def _take_out(package: ModuleType | None, names: Iterable[str]) -> dict[str, ModuleType]:
    """Remove the modules of all units from `sys.modules` and from their package; return them.

    An imported module is an attribute of its package. `names` are those that may not be. A look
    through all of `sys.modules` would cost a child of the grader a thousand pages of memory.
    """
    prefix = f"{PACKAGE}."
    names = dict.fromkeys((*names, *(vars(package) if package is not None else ())))
    names = [name for name in names if name != "kit" and prefix + name in sys.modules]
    for name in names:
        if package is not None and hasattr(package, name):
            delattr(package, name)
    return {name: sys.modules.pop(prefix + name) for name in names}
