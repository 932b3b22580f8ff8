"""Every page of the book in Chromium: from disk and from a server, by day and night, on a phone."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from book.palette import DARK, LIGHT
from tests.helpers.browser import DESKTOP, PHONE, chromium, page

TOC = yaml.safe_load((Path(__file__).parents[2] / "_toc.yml").read_text())
CHAPTERS = [chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
NAMES = [TOC["root"], *CHAPTERS, "search", "genindex"]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # else axe describes each of thousands of nodes that pass
    # axe does not read MathML: a header that is a symbol is empty to it.
    "rules": {"empty-table-header": {"enabled": False}},
}

COLORS = ["color-contrast", "link-in-text-block"]
"""Rules that depend on the theme, and not on the width. They take four fifths of axe's time."""
WHOLE = (TOC["root"], "book/06_inference", "book/symptoms", "book/teach", "search")
"""One page of each kind gets all rules in all four views, with what only a phone shows."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def server(book_html: Path) -> Iterator[str]:
    """Address of a server of the book on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(book_html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_address[1]}"
        one.shutdown()


def ready(tab: Page, address: str) -> None:
    """Opens an address and waits for its fonts."""
    tab.goto(address)
    tab.evaluate("() => document.fonts.ready")


def resize(tab: Page, size: dict[str, int]) -> None:
    """Sets the window's size and waits for the theme to make reachable what scrolls now."""
    tab.set_viewport_size(size)
    boxes = "[...document.querySelectorAll('pre, .pst-scrollable-table-container')]"
    tab.wait_for_function(
        f"() => {boxes}.every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"
    )


def rules(theme: str, size: dict[str, int]) -> dict | None:
    """Those that this view of a page can break and no view before; None if there are none."""
    others = {**RULES, "rules": RULES["rules"] | {each: {"enabled": False} for each in COLORS}}
    if theme == "light":
        return RULES if size == DESKTOP else others
    return {"runOnly": COLORS, "resultTypes": ["violations"]} if size == DESKTOP else None


def barriers(tab: Page, chosen: dict | None) -> list[str]:
    """What axe finds by the chosen rules, and whether the page is wider than its window."""
    wide = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    found = Axe().run(tab, options=chosen).response["violations"] if chosen else []
    lines = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    return lines + ["wider than its window"] * tab.evaluate(wide)


@pytest.mark.parametrize("name", NAMES)
def test_page_from_disk_is_complete_accessible_and_without_messages(name, book_html, browser):
    # One page, turned four ways: loading it is what takes the time.
    with page(browser, DESKTOP, "light") as (tab, seen):
        ready(tab, (book_html / f"{name}.html").as_uri())
        tab.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
        bare = "els => els.filter(e => !e.querySelector('math')).map(e => e.textContent)"
        assert tab.eval_on_selector_all("article .math", bare) == []
        assert tab.locator("merror, .katex-error").count() == 0
        assert not seen, seen  # asked now: axe itself fetches style sheets
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme)
            for size in (DESKTOP, PHONE):
                resize(tab, size)
                chosen = RULES if name in WHOLE else rules(theme, size)
                assert (theme, size["width"], barriers(tab, chosen)) == (theme, size["width"], [])


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_palette_paper_is_the_background_of_the_page(theme, colours, book_html, browser):
    with page(browser, DESKTOP, theme) as (tab, _):
        tab.goto((book_html / f"{TOC['root']}.html").as_uri())
        background = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
        paper = bytes.fromhex(colours["paper"][1:])
        assert background == f"rgb({', '.join(map(str, paper))})"


@pytest.mark.parametrize("name", NAMES)
def test_page_from_a_server_loads_nothing_from_others_and_has_no_messages(name, server, browser):
    with page(browser, PHONE, "dark") as (tab, seen):
        ready(tab, f"{server}/{name}.html")
        assert not seen, seen
