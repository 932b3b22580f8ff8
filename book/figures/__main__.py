"""Draw every figure of the book: `python -m book.figures [unit ...]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from book import figures

SUPPORT = {"plane", "theme", "__main__"}


def units() -> list[str]:
    """Names of the modules that draw, in alphabetical order."""
    return sorted(m.name for m in pkgutil.iter_modules(figures.__path__) if m.name not in SUPPORT)


def draw(unit: str) -> None:
    """Draw the figures of one unit: those that its module lists under FIGURES."""
    for figure in importlib.import_module(f"book.figures.{unit}").FIGURES:
        figure()


def main(chosen: list[str]) -> None:
    """Draw the figures of the chosen units, or all of them."""
    unknown = set(chosen) - set(units())
    if unknown:
        known = ", ".join(units())
        sys.exit(f"figures: unit is {', '.join(sorted(unknown))}, expected one of {known}.")
    for unit in chosen or units():
        draw(unit)


if __name__ == "__main__":
    main(sys.argv[1:])
