"""The figures are products of their scripts, and say what they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book._ext.interactive_figure import picture
from book.figures import theme
from book.figures.__main__ import draw, units

FOLDER = theme.FOLDER
SHOWN = re.compile(r"\{figure-svg\} (\w+)")
INTERACTIVE = re.compile(r"\{interactive-figure\} (\w+)")


@pytest.mark.parametrize("unit", units())
def test_figure_is_drawn_again_to_the_same_bytes(
    unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "FOLDER", tmp_path)
    draw(unit)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert drawn == {path.name: path.read_bytes() for path in FOLDER.glob(f"{unit}_*.svg")}


def test_figures_are_all_shown_and_shown_figures_all_drawn() -> None:
    chapters = "".join(path.read_text("utf8") for path in FOLDER.parent.glob("*.md"))
    shown = set(SHOWN.findall(chapters))
    for path in FOLDER.parent.glob("[01]*.md"):
        unit = path.stem.partition("_")[2]
        names = INTERACTIVE.findall(path.read_text("utf8"))
        shown |= {f"{unit}_{name}" for name in names if picture(unit, name)}
    assert shown == {path.stem for path in FOLDER.glob("*.svg")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_figure_has_a_text_and_takes_its_colours_from_the_page(path: Path) -> None:
    svg = path.read_text("utf8")
    label = re.search(r'<svg role="img" aria-label="([^"]+)"', svg)
    assert label, "no text for readers who cannot see the figure"
    assert len(label[1]) > 40
    assert not re.findall(r"(?:fill|stroke): ?#\w+", svg), "a colour that no theme can change"
    assert "<style" not in svg, "a style element would rule the whole page"
