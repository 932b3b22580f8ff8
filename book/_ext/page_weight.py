"""Light pages: icons are drawn instead of loaded, and MathJax comes only with formulas.

The theme's icon library holds two thousand icons, in 1.5 MB of script; a page shows about ten.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

LIBRARY = "theme/pydata_sphinx_theme/static/scripts/fontawesome.js"
SETS = {"fab": "fab", "fa-brands": "fab", "far": "far", "fa-regular": "far"}  # all others: solid
ENTRY = re.compile(r':\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]')
ICON = ", ".join(f"{tag}.{name}" for tag in ("i", "span") for name in ("fa-solid", "fas", *SETS))


def lighten(page: BeautifulSoup) -> None:
    """Draw the icons of a page, and drop the scripts that it does not need, in place."""
    for icon in page.select(ICON):
        icon.replace_with(drawn(page, icon))
    unneeded = ["scripts/fontawesome.js"]
    if page.find(class_="math") is None:  # unlike select, find looks into the previews, too
        unneeded.append("formulas.js")
    for path in unneeded:
        for tag in page.select(f'script[src*="{path}"], link[href*="{path}"]'):
            tag.decompose()


def drawn(page: BeautifulSoup, icon: Tag) -> Tag:
    """SVG of an icon; its classes stay, for the theme's rules are written for them.

    Raises:
        ValueError: the library has no such icon.
    """
    classes = icon["class"]
    chosen = next((SETS[name] for name in classes if name in SETS), "fas")
    names = (name[3:] for name in classes if name.startswith("fa-"))
    found = next(filter(None, (outline(chosen, name) for name in names)), None)
    if found is None:
        name = " ".join(classes)
        raise ValueError(f"page_weight: icon is {name!r}, expected one of the set {chosen}.")
    width, height, path = found
    rest = icon.attrs | {"class": [*classes, "fa-drawn"], "aria-hidden": "true"}
    svg = page.new_tag("svg", attrs=rest | {"viewBox": f"0 0 {width} {height}"})
    svg.append(page.new_tag("path", attrs={"d": path, "fill": "currentColor"}))
    return svg


@functools.cache
def outline(chosen: str, name: str) -> tuple[str, str, str] | None:
    """Width, height and path of an icon of the theme's library, None where it has none."""
    text = library()[chosen]
    places = (text.find(f"{before}:[") for before in (f'"{name}"', f",{name}", f"{{{name}"))
    start = max(places)
    return ENTRY.match(text, text.index(":", start)).groups() if start >= 0 else None


@functools.cache
def library() -> dict[str, str]:
    """Source text of each set of icons in the theme's library."""
    spec = importlib.util.find_spec("pydata_sphinx_theme")
    text = (Path(spec.origin).parent / LIBRARY).read_text("utf8")
    sets: dict[str, str] = {}
    start = 0
    for end in re.finditer(r'\("(fa[brs])",\w+\)', text):
        sets.setdefault(end[1], text[start : end.start()])  # later ones only look icons up
        start = end.end()
    return sets
