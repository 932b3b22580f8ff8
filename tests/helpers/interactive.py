"""An interactive figure in a page of its own, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from book._ext import interactive_figure
from book.palette import DARK, LIGHT
from tests.helpers.browser import PHONE

STATIC = Path(__file__).parents[2] / "book" / "_static"
NUMBER = re.compile(r"[+−-]?\d+(?:\.\d+)?")
MINUS = str.maketrans("−", "-")


def written(folder: Path, name: str, part: str = "", theme: str = "light") -> str:
    """Address of a page with one figure, as the book would hold it."""
    static = STATIC.as_uri()
    target = folder / f"{name}.html"
    target.write_text(
        f"""<!doctype html><html lang="en" data-theme="{theme}"><title>{name}</title>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <style>
          html {{ --pst-color-text-base: #222832; background: {LIGHT["paper"]}; color: #222832; }}
          html[data-theme="dark"] {{ --pst-color-text-base: #ced6dd; background: {DARK["paper"]};
            color: #ced6dd; color-scheme: dark; }}
        </style>
        <link rel="stylesheet" href="{static}/palette.css">
        <link rel="stylesheet" href="{static}/book.css">
        <link rel="stylesheet" href="{static}/interactive_figures.css">
        <script defer src="{static}/interactive_figures/base.js"></script>
        <script defer src="{static}/interactive_figures/{name}.js"></script>
        <main class="bd-article"><h1>{name}</h1>
        <figure class="interactive">{interactive_figure.markup(name, part)}
        <figcaption>Caption</figcaption></figure>
        </main></html>""",
        "utf8",
    )
    return target.as_uri()


def says(tab: Page) -> str:
    return tab.locator(".interactive-summary").inner_text()


def numbers(text: str) -> list[float]:
    return [float(found.translate(MINUS)) for found in NUMBER.findall(text)]


def slide(tab: Page, label: str, place: int) -> None:
    """Move a slider to a place counted from its left end."""
    slider = tab.get_by_label(label)
    low, step = (float(slider.get_attribute(name)) for name in ("min", "step"))
    slider.fill(f"{low + place * step:g}")


def middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def on_phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    tab = context.new_page()
    tab.goto(address)
    yield tab
    context.close()


def drag(tab: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger, from start to end."""
    finger = tab.context.new_cdp_session(tab)
    stops = [("touchStart", start), ("touchMove", end), ("touchEnd", None)]
    for kind, point in stops:
        points = [{"x": point[0], "y": point[1]}] if point else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
