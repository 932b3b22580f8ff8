"""The palette: one set of colours for drawn figures, interactive figures and pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book import palette
from book.figures import theme
from tests.helpers.contrast import contrast

BOOK = Path(palette.__file__).parent
STYLES = sorted((BOOK / "_static").glob("*.css"))
SCRIPTS = sorted((BOOK / "_static").rglob("*.js"))


def test_palette_css_is_a_product_of_its_script() -> None:
    assert palette.FILE.read_text("utf8") == palette.css()


def test_palette_is_the_only_source_of_colours_of_drawn_figures() -> None:
    for path in theme.FOLDER.glob("*.py"):
        assert not re.findall(r'"#[0-9a-fA-F]{3,8}"', path.read_text("utf8")), path.name
    for path in theme.FOLDER.glob("*.svg"):
        named = set(re.findall(r"var\(--fig-(\w+), (#\w+)\)", path.read_text("utf8")))
        assert named <= set(palette.LIGHT.items()), path.name


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_palette_has_every_colour_variable_of_styles_and_scripts(path: Path) -> None:
    text = path.read_text("utf8")
    assert set(re.findall(r"var\(--fig-(\w+)", text)) <= set(palette.COLOURS)
    assert path == palette.FILE or "--fig-ink:" not in text


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(set(palette.COLOURS) - {"grid", "paper"}))
def test_palette_colour_stands_out_from_the_page(name: str, colours: dict[str, str]) -> None:
    assert contrast(colours[name], colours["paper"]) >= 4.5
