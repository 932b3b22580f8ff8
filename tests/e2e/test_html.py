"""The built book: clean, whole, and silent on the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from book import results

Pages = dict[Path, BeautifulSoup]


@pytest.fixture(scope="module")
def pages(book_html: Path) -> Pages:
    """All pages of the book."""
    paths = [path for path in book_html.rglob("*.html") if "_static" not in path.parts]
    return {path: BeautifulSoup(path.read_text("utf8"), "html.parser") for path in paths}


def addresses(pages: Pages) -> Iterator[tuple[Path, str, str]]:
    """Page, tag and address of everything that a page loads or links to."""
    for path, page in pages.items():
        for tag in page.find_all(True):
            for attribute in ("href", "src", "data-src", "poster"):
                if address := tag.get(attribute):
                    yield path, tag.name, address


def test_page_loads_nothing_from_the_network(pages: Pages) -> None:
    loaded = [a for _, tag, a in addresses(pages) if tag not in ("a", "use")]
    assert len(loaded) > 100
    assert [a for a in loaded if urlsplit(a).netloc] == []


def test_link_and_asset_within_the_book_exist(pages: Pages) -> None:
    anchors = {path: {tag["id"] for tag in page.select("[id]")} for path, page in pages.items()}
    missing = []
    for path, _, address in addresses(pages):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists() or (
            parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]
        ):
            missing.append(f"{path.name}: {address}")
    assert missing == []


def test_text_has_no_markup_left(pages: Pages) -> None:
    for path, page in pages.items():
        text = page.article.get_text() if page.article else ""
        assert not re.search(r"\{[a-z:-]+\}`|:::|```", text), path.name


def test_page_says_which_measurements_had_rules_before_the_run(pages: Pages) -> None:
    said = {}
    for page in pages.values():
        for paragraph in page.select("p.provenance"):
            text = paragraph.get_text()
            said[text.split()[5].rstrip(":")] = text
    governed = {name for name in said if "protocol" in results.record(name)["provenance"]}
    assert {name for name, text in said.items() if "written before the run" in text} == governed
    assert len(governed) > 10
    random = {name for name in said if results.record(name)["provenance"]["seeds"] != "none"}
    assert {name for name, text in said.items() if "Exploratory" in text} == random - governed
