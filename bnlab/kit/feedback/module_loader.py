"""The loader of a learner's module: its text as it is saved now, with a limit on time and output.

`check` loads a module of its own with `unit_loaded`. In a notebook, `install` makes `import` and
autoreload use the same loader.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import ClassVar

from ..course import coded_units, unit, units
from ..testing.earlier_units import CLOSED, PACKAGE, UnitFinder, importing
from ..testing.learner_error import learner_error
from ..torch_import import announcing_torch
from .timeout import TimeLimitError, ended_at, limit_output, refuse_exit, refuse_input, timeout

LOAD_TIMEOUT_S = 10.0
"""CPU time that loading a module may take, without the import of torch."""


class ModuleLoadError(ImportError):
    """A learner's module that does not load. A notebook shows its text without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class FreshLoader(SourceFileLoader):
    """A loader that compiles the file each time.

    Python's own loader trusts a `.pyc` file with the same modification time, in seconds, and size;
    two quick saves can have both in common.
    """

    loaded: ClassVar[set[str]] = set()
    """Names of the modules that were imported; the next import of such a module is a reload."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)

    def run(self, module: ModuleType) -> None:
        """Run the file in a module.

        Raises:
            ModuleLoadError: if the file is not UTF-8, raises, or does not end in time.
        """
        name = module.__name__
        known = units().get(name.removeprefix("bnlab."))
        if known is not None and known.library == "torch":
            with announcing_torch():
                _import_torch()  # its seconds are not the learner's
        shown = f"{name.replace('.', '/')}.py"
        _check_encoding(self.get_data(self.path), shown)
        linecache.checkcache(self.path)  # or a warning quotes a line that is no longer there
        try:
            with limit_output(), refuse_input(), refuse_exit(), timeout(LOAD_TIMEOUT_S):
                exec(self.get_code(name), module.__dict__)
        except TimeLimitError as error:
            raise ModuleLoadError(f"{shown} {ended_at(error, self.path)}") from error
        except ModuleLoadError as error:  # of an earlier unit that the file imports
            raise ModuleLoadError(f"{shown} cannot be imported, because {error}") from error
        except (Exception, SystemExit) as error:
            seen = learner_error(error, self.path)
            line = f", line {seen.line}" if seen.line else ""
            message = f"{shown} cannot be imported: {seen.type_name}{line}: {seen.message}"
            if isinstance(error, ModuleNotFoundError) and error.name in coded_units():
                message += f"; write `from .{error.name} import ...`, with a dot"
            raise ModuleLoadError(message) from error

    def exec_module(self, module: ModuleType) -> None:
        """Run the file in a module. If a reload fails, the module stays as it was."""
        try:
            self.run(module)
        except ModuleLoadError as error:
            if module.__name__ not in self.loaded:
                raise
            # autoreload would print two long tracebacks of its own.
            print(f"{error}. The notebook keeps the previous version.", file=sys.stderr)
            return
        self.loaded.add(module.__name__)


class EarlierLoader(FreshLoader):
    """A loader of a unit that another unit imports: an import that fails is an error each time."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the file in a module."""
        self.run(module)


@contextmanager
def unit_loaded(name: str) -> Iterator[tuple[ModuleType, UnitFinder]]:
    """Yield a new module with the learner's code for a unit, as it is saved now.

    In the block, the module can import the learner's own earlier units, also while it is called;
    the finder knows which of them it did.

    Raises:
        ModuleLoadError: if the file is missing or does not load.
    """
    earlier = [each for each in coded_units().values() if each.number < unit(name).number]
    names = (each.name for each in earlier)
    loaders = {each: EarlierLoader(f"bnlab.{each}", str(module_path(each))) for each in names}
    with importing(name, loaders) as finder:
        module = load_unit(name)
        _check_imports(name, source_of(module))
        yield module, finder


def _import_torch() -> None:
    try:
        import_module("torch")
    except ModuleNotFoundError as error:
        refuse_missing_torch(error)
        raise


def refuse_missing_torch(error: Exception | None) -> None:
    """Raise a ModuleLoadError that says how to install torch, if an error is that it is missing."""
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        raise ModuleLoadError(
            "this Python has no torch: install it with `.venv/bin/pip install -r "
            "requirements.txt`, or choose `.venv` as the kernel"
        ) from error


def _check_encoding(content: bytes, shown: str) -> None:
    """Raise a ModuleLoadError if a file is not UTF-8, which grading reads whatever it declares."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ModuleLoadError(
            f"{shown} is not UTF-8 (line {line}); save it with the encoding UTF-8"
        ) from error


def _check_imports(name: str, source: str) -> None:
    """Raise a ModuleLoadError if a module imports what a learner's module cannot in grading.

    This is another library in a unit written in NumPy, and the part of the kit that checks.
    """
    libraries = unit(name).libraries
    known = {*libraries, *sys.stdlib_module_names, PACKAGE}
    for line, each in _imports(source):
        if each.startswith(f"{PACKAGE}.kit.") and each.split(".")[2] in CLOSED:
            reason = "it belongs to the checks"
        elif "torch" not in libraries and each.partition(".")[0] not in known:
            each, reason = each.partition(".")[0], "this unit is written in NumPy"
        else:
            continue
        raise ModuleLoadError(
            f"bnlab/{name}.py imports {each} (line {line}), which grading does not have: {reason}"
        )


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of each import, but of those for which the file has another way."""
    tree = ast.parse(source)
    tried = [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    may_fail = {each for node in tried for part in node.body for each in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in may_fail:
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in may_fail:
            package = (PACKAGE,) if node.level else ()
            module = ".".join((*package, *filter(None, [node.module])))
            # What is imported may be a module as well.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def source_of(module: ModuleType) -> str:
    """Return the text of a module that `unit_loaded` gave."""
    return FreshLoader(module.__name__, module.__file__ or "").get_source(module.__name__) or ""


def module_path(name: str) -> Path:
    """Return where the learner's module of a unit is, or should be."""
    return Path(import_module("bnlab").__file__ or "").parent / f"{name}.py"


def load_unit(name: str) -> ModuleType:
    """Return a new module with the learner's code for a unit, as it is saved now.

    Raises:
        ModuleLoadError: if the file is missing or does not load.
    """
    path = module_path(name)
    if not path.is_file():
        raise ModuleLoadError(
            f"bnlab/{name}.py is missing; `bnlab update batch-norm-lab.zip` restores it"
        )
    loader = FreshLoader(f"bnlab.{name}", str(path))
    spec = spec_from_file_location(loader.name, path, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    with _registered(module):
        loader.run(module)
    return module


@contextmanager
def _registered(module: ModuleType) -> Iterator[None]:
    """Let a module find itself while it runs, as a dataclass with annotations does."""
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        if before is None:
            sys.modules.pop(module.__name__, None)
        else:
            sys.modules[module.__name__] = before


class LearnerModuleFinder(MetaPathFinder):
    """A finder that gives the modules `bnlab.<unit>` the loader above."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, name = fullname.partition(".")
        if package != "bnlab" or not name or name == "kit" or "." in name:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is None or not isinstance(found.loader, SourceFileLoader) or not found.origin:
            return found
        return spec_from_file_location(
            fullname, found.origin, loader=FreshLoader(fullname, found.origin)
        )


def install() -> None:
    """Put the finder first. Calling this again changes nothing."""
    if not any(isinstance(each, LearnerModuleFinder) for each in sys.meta_path):
        sys.meta_path.insert(0, LearnerModuleFinder())
