"""The list of sources: in the order of names, and no two that print the same."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pybtex.database import BibliographyData, Entry, Person, parse_file

from book._ext import references

BOOK = Path(__file__).parents[2] / "book"


def names(entry: Entry) -> str:
    """The authors as a reference in the text prints them."""
    found = [
        references.plain(" ".join(each.prelast_names + each.last_names))
        for each in entry.persons["author"]
    ]
    return f"{found[0]} et al." if len(found) > 2 else " and ".join(found)


def in_order(sources: BibliographyData) -> list[Entry]:
    return references.ByName().sort(sources.entries.values())


def test_accent_and_brace_do_not_move_a_name_to_the_end() -> None:
    sources = [
        Entry("misc", {"title": "T", "year": "2026"}, {"author": [Person(name)]})
        for name in ("Zhu, J.", r"H{\'e}naff, O.", "{Stanford University}", "Higham, N. J.")
    ]
    found = [names(each) for each in references.ByName().sort(sources)]
    assert found == ["henaff", "higham", "stanford university", "zhu"]


def test_no_two_sources_have_the_same_names_and_year_in_print() -> None:
    years = defaultdict(list)
    for entry in in_order(parse_file(BOOK / "references.bib")):
        years[names(entry), entry.fields["year"][:4]].append(entry.fields["year"][4:])
    for (name, year), letters in years.items():
        wanted = list("abcdefgh"[: len(letters)]) if len(letters) > 1 else [""]
        assert letters == wanted, f"{name} {year}"
