"""How a notebook imports a learner's module: from the text as it is now, and in good time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

IMPORT_TIMEOUT_S = 20.0
LOADED: set[str] = set()
"""Modules that have been imported once: from then on, what fails is a reload."""


class ModuleLoadError(ImportError):
    """A learner's module does not load. Shown as one sentence in a notebook."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class FreshLoader(SourceFileLoader):
    """Compiles the text itself: the cache beside it trusts the clock, and saves are quick."""

    def get_code(self, fullname: str) -> Any:
        return self.source_to_code(self.get_data(self.path), self.path)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the module's text in it; a reload that fails leaves it as it was, and says so."""
        from .timeout import TimeLimitError, limit_output, timeout

        try:
            with limit_output(), timeout(IMPORT_TIMEOUT_S):
                super().exec_module(module)
        except (Exception, SystemExit, TimeLimitError) as error:
            sentence = _sentence(module.__name__, self.path, error)
            if module.__name__ not in LOADED:
                raise ModuleLoadError(sentence) from error
            # autoreload would print two long tracebacks, of itself.
            print(f"{sentence}. The notebook keeps what it had before.", file=sys.stderr)
            return
        LOADED.add(module.__name__)


def _sentence(name: str, path: str, error: BaseException) -> str:
    from ..testing.remote_ops import learner_error
    from .timeout import TimeLimitError

    shown = f"{name.replace('.', '/')}.py"
    if isinstance(error, TimeLimitError):
        return f"{shown} {error}"
    known = learner_error(error, path)
    line = f", line {known.line}" if known.line else ""
    return f"{shown} cannot be imported: {known.type_name}{line}: {known.message}"


class LearnerModuleFinder(MetaPathFinder):
    """Finds `bnlab.<unit>` as Python would, and gives it the loader above."""

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
    """Puts the finder first; calling it again changes nothing."""
    if not any(type(each).__name__ == "LearnersModules" for each in sys.meta_path):
        sys.meta_path.insert(0, LearnerModuleFinder())
