"""The words of the book: in the dictionary, or in the book's own list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from spellchecker import SpellChecker

LIST = Path(__file__).parents[2] / "book" / "words.txt"
NOT_PROSE = "code, pre, .math, script, style, template, svg, .citation, .citation-list, .quotation"


@pytest.fixture(scope="module")
def words(book_html: Path) -> dict[str, str]:
    """Each word of the book in lower case, and a page that has it."""
    found: dict[str, str] = {}
    for path in sorted(book_html.glob("book/*.html")):
        article = BeautifulSoup(path.read_text("utf8"), "html.parser").article
        for part in article.select(NOT_PROSE):
            part.decompose()
        for word in re.findall(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’][a-z]+)?", article.get_text(" ")):
            found.setdefault(re.sub(r"['’]s?$", "", word).lower(), path.name)
    return found


def test_words_are_all_in_the_dictionary_or_on_the_list(words: dict[str, str]) -> None:
    unknown = SpellChecker(distance=1).unknown(words) - set(LIST.read_text().split())
    assert len(words) > 1000
    assert {word: words[word] for word in sorted(unknown)} == {}


def test_word_list_is_sorted_and_has_only_words_of_the_book(words: dict[str, str]) -> None:
    listed = LIST.read_text().split()
    assert listed == sorted(set(listed))
    assert [word for word in listed if word not in words] == []
