"""Reduce what a page loads: icons are drawn into it, and the style of formulas comes with them.

The theme loads its icon library on every page, 699 kB as a server sends it (script and font),
for 14 icons. Without this module every page misses its budget in `tests/e2e/test_page_budget.py`.
"""

from __future__ import annotations

import functools
from pathlib import Path

from bs4 import BeautifulSoup, Tag

FOLDER = Path(__file__).with_name("icons")  # solid icons of Font Awesome, one SVG file each
STYLES = ("fa-solid", "fas", "fa-regular", "far", "fa-brands", "fab")
ICON = ", ".join(f"{tag}.{style}" for tag in ("i", "span") for style in STYLES)


def reduce_weight(page: BeautifulSoup) -> None:
    """Draw the icons of a page and drop the scripts that it does not need, in place.

    Raises:
        ValueError: an icon without a file.
    """
    for icon in page.select(ICON):
        icon.replace_with(drawn(page, icon))
    unneeded = ["scripts/fontawesome.js"]
    if page.find(class_="math") is None:  # unlike select, find looks into the previews, too
        unneeded.append("formulas.css")
    for path in unneeded:
        for tag in page.select(f'script[src*="{path}"], link[href*="{path}"]'):
            tag.decompose()


def drawn(page: BeautifulSoup, icon: Tag) -> Tag:
    """SVG of an icon; its classes stay, because the theme's rules are written for them."""
    classes = icon["class"]
    names = [name.removeprefix("fa-") for name in classes if name.startswith("fa-")]
    found = next((outline(name) for name in names if _file(name).is_file()), None)
    if found is None or not {"fa-solid", "fas"} & set(classes):
        known = ", ".join(sorted(path.stem for path in FOLDER.glob("*.svg")))
        raise ValueError(
            f"page_weight: icon is {' '.join(classes)!r}, expected a solid one of {known}; "
            "for another, put its SVG file into book/_ext/icons."
        )
    box, path = found
    attributes = icon.attrs | {"class": [*classes, "fa-drawn"], "aria-hidden": "true"}
    svg = page.new_tag("svg", attrs=attributes | {"viewBox": box})
    svg.append(page.new_tag("path", attrs={"d": path, "fill": "currentColor"}))
    return svg


@functools.cache
def outline(name: str) -> tuple[str, str]:
    """View box and path of an icon."""
    svg = BeautifulSoup(_file(name).read_text("utf8"), "html.parser").svg
    return svg["viewbox"], svg.path["d"]


def _file(name: str) -> Path:
    return FOLDER / f"{name}.svg"
