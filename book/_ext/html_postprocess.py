"""Last step on the built pages: accessibility of the theme's HTML, and previews of references.

Tied to the HTML of sphinx-book-theme 1.3.0 and pydata-sphinx-theme 0.17.1, which are pinned.
"""

from __future__ import annotations

import copy
import os
import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from book._ext.page_weight import reduce_weight

Pages = dict[Path, BeautifulSoup]
DONE = "<!-- finished -->"
SHOWN = "div.math, div.citation, figure"  # what a reference can show without leaving the page


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Repair all pages, add the previews and reduce the weight."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir).resolve()
    texts = {
        path: path.read_text("utf8")
        for path in folder.rglob("*.html")
        if "_static" not in path.parts
    }
    new = {path for path, text in texts.items() if not text.endswith(DONE)}
    # A changed chapter may change the previews of other pages. Sphinx's own pages, search and
    # index, have none, and are written in every build.
    if new & {folder / f"{name}.html" for name in app.env.found_docs}:
        new = set(texts)
    pages = {path: BeautifulSoup(texts[path].removesuffix(DONE), "html.parser") for path in new}
    for page in pages.values():
        repair(page)
    add_previews(pages)
    for path, page in pages.items():
        reduce_weight(page)
        path.write_text(str(page) + DONE, "utf8")


def repair(page: BeautifulSoup) -> None:
    """Repair what the theme gets wrong for readers who do not see the page, and for Thebe."""
    for script in page.select('script[type="text/x-thebe-config"]'):
        script.decompose()
    for script in page.find_all("script", string=re.compile(r"^\s*kernelName = ")):
        script.decompose()
    for labelled in page.select("button.search-button-field, summary[aria-label]"):
        labelled.attrs.pop("aria-label", None)  # it hides the visible text (WCAG 2.5.3)
    for toggle in page.select("li > details > summary"):
        if not toggle.get_text(strip=True):
            above = toggle.find_parent("li").find("a")
            toggle["aria-label"] = f"Pages below {above.get_text(strip=True)}"
    for button in page.select("button.theme-switch-button"):
        button["aria-label"] = "Color mode"
        for icon in button.select("i"):
            icon["aria-hidden"] = "true"
            icon.attrs.pop("title", None)
            icon.attrs.pop("data-bs-title", None)
    for entry in page.select("[role=doc-biblioentry], [role=doc-backlink], .citation-list"):
        entry.attrs.pop("role", None)  # roles that ARIA 1.3 withdrew
    for sidebar in page.select("#pst-primary-sidebar"):
        sidebar["role"], sidebar["aria-label"] = "region", "Book navigation"
    for corner in page.select("th"):
        if not corner.get_text(strip=True):
            corner.name = "td"  # an empty header is announced as the header of its column
    for box in page.select("div.pst-scrollable-table-container, div.highlight pre"):
        box["tabindex"] = "0"  # what scrolls must be reachable by keyboard


def add_previews(pages: Pages) -> None:
    """Store in each page the formulas, figures and sources that it refers to.

    The pages carry the previews, because a page opened from disk may not fetch another.
    """
    targets = {
        (path, tag["id"]): shown
        for path, page in pages.items()
        for tag in page.select("article [id]")
        if (shown := _shown(tag)) is not None
    }
    for path, page in pages.items():
        for old in page.select("template[id^=preview-]"):
            old.decompose()
        stored: set[str] = set()
        for link in page.select("article a.reference.internal[href*='#']"):
            file, _, anchor = link["href"].partition("#")
            source = (path.parent / file).resolve() if file else path
            if (shown := targets.get((source, anchor))) is None:
                continue
            link["data-preview"] = name = _name(source, shown)
            if name not in stored:
                template = page.new_tag("template", id=name)
                template.append(_without_anchors(shown, source, path))
                page.article.append(template)
                stored.add(name)


def _shown(tag: Tag) -> Tag | None:
    if tag.name == "figure" or {"math", "citation"} & set(tag.get("class", [])):
        return tag
    return tag.find_parent(SHOWN)


def _name(source: Path, shown: Tag) -> str:
    anchor = shown.get("id") or shown.select_one("[id]")["id"]
    return f"preview-{source.stem}-{anchor}"


def _without_anchors(shown: Tag, source: Path, path: Path) -> Tag:
    clone = copy.copy(shown)
    for part in clone.select("a.headerlink, .eqno, script, button"):
        part.decompose()
    for part in [clone, *clone.select("[id]")]:
        if part.find_parent("svg") is None:  # a drawing refers to its own parts
            part.attrs.pop("id", None)
    for link in clone.select("a[href]"):
        if "://" not in link["href"]:
            target, hash_, anchor = link["href"].partition("#")
            file = (source.parent / target).resolve() if target else source
            link["href"] = os.path.relpath(file, path.parent) + hash_ + anchor
    return clone


def setup(app: Sphinx) -> None:
    """Connect to the end of the build; previews may show formulas where a page has none."""
    app.set_html_assets_policy("always")
    app.connect("build-finished", finish)
