"""The list of sources in the order of their names, as a reader looks for them.

Pybtex sorts by the letters of the BibTeX source: a brace or an accent comes after z.
"""

from __future__ import annotations

from unicodedata import combining, normalize

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style
from pybtex.style.sorting.author_year_title import SortingStyle
from sphinx.application import Sphinx

NAME = "by_name"  # in `_config.yml`


def plain(source: str) -> str:
    """Letters of a BibTeX field in lower case, without braces and accents."""
    letters = normalize("NFKD", str(Text.from_latex(source)))
    return "".join(each for each in letters if not combining(each)).lower()


class ByName(SortingStyle):
    """Names, then year, then title."""

    def sorting_key(self, entry: Entry) -> tuple[str, ...]:
        return tuple(plain(part) for part in super().sorting_key(entry))


class Sources(Style):
    """Pybtex's plain entries, sorted by name."""

    default_sorting_style = NAME


def setup(app: Sphinx) -> None:
    """Register the style."""
    register_plugin("pybtex.style.sorting", NAME, ByName)
    register_plugin("pybtex.style.formatting", NAME, Sources)
