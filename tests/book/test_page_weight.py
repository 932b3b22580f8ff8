"""Pages are page_weight: icons are drawn into them, and MathJax comes only with formulas."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from book._ext.page_weight import lighten

HEAD = (
    '<link rel="preload" as="script" href="_static/scripts/fontawesome.js?digest=1">'
    '<script src="_static/scripts/fontawesome.js?digest=1"></script>'
    '<script src="_static/formulas.js?v=1"></script><script src="_static/own.js"></script>'
)


def lightened(body: str) -> BeautifulSoup:
    page = BeautifulSoup(f"<head>{HEAD}</head><body>{body}</body>", "html.parser")
    lighten(page)
    return page


def loaded(page: BeautifulSoup) -> list[str]:
    return [tag.get("src") or tag.get("href") for tag in page.select("script, link")]


def test_an_icon_becomes_a_drawing_that_keeps_its_classes_and_attributes():
    page = lightened('<i class="theme-switch fa-solid fa-sun fa-lg" data-mode="light"></i>')
    icon = page.svg
    assert page.i is None
    assert {"theme-switch", "fa-solid", "fa-sun", "fa-lg"} < set(icon["class"])
    assert icon["data-mode"] == "light"
    assert icon["viewBox"] == "0 0 512 512"
    assert icon.path["d"].startswith("M")


def test_the_same_name_has_another_drawing_in_another_set():
    solid, regular = lightened('<i class="fas fa-file"></i><i class="far fa-file"></i>').find_all(
        "path"
    )
    assert solid["d"] != regular["d"]


def test_the_theme_hides_icons_in_spans_too():
    page = lightened('<button><span class="fa-solid fa-bars"></span></button>')
    assert page.span is None
    assert page.button.svg.path


def test_what_is_no_icon_stays():
    assert lightened("<p><i>in italics</i></p>").i.text == "in italics"
    assert lightened('<p><span class="result">0.5</span></p>').span.text == "0.5"


def test_an_unknown_icon_is_an_error_that_names_it():
    with pytest.raises(ValueError, match=r"page_weight: icon is 'fas fa-batch', expected one of"):
        lightened('<i class="fas fa-batch"></i>')


def test_mathjax_stays_where_a_formula_is_and_the_library_of_icons_nowhere():
    own, mathjax = "_static/own.js", "_static/formulas.js?v=1"
    assert loaded(lightened("<p>words</p>")) == [own]
    assert loaded(lightened('<div class="math">x</div>')) == [mathjax, own]
    preview = '<template><span class="math notranslate">x</span></template>'
    assert loaded(lightened(preview)) == [mathjax, own]


def test_a_page_that_is_light_stays_as_it_is():
    page = lightened('<i class="fas fa-file"></i><div class="math">x</div>')
    once = str(page)
    lighten(page)
    assert str(page) == once
