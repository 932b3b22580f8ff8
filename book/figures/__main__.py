"""Draw every figure of the book: `python -m book.figures [stem ...]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from book import figures

SUPPORT = {"theme", "__main__"}


def stems() -> list[str]:
    """Names of the modules that draw, in alphabetical order."""
    return sorted(m.name for m in pkgutil.iter_modules(figures.__path__) if m.name not in SUPPORT)


def main(chosen: list[str]) -> None:
    """Draw the figures of the chosen stems, or all of them."""
    unknown = set(chosen) - set(stems())
    if unknown:
        known = ", ".join(stems())
        sys.exit(f"figures: stem is {', '.join(sorted(unknown))}, expected one of {known}.")
    for stem in chosen or stems():
        importlib.import_module(f"book.figures.{stem}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
