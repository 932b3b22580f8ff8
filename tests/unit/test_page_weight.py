"""What a page loads: icons are drawn into it, and the style of formulas comes with them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from book._ext.page_weight import reduce_weight

HEAD = (
    '<link rel="preload" as="script" href="_static/scripts/fontawesome.js?digest=1">'
    '<script src="_static/scripts/fontawesome.js?digest=1"></script>'
    '<link rel="stylesheet" href="_static/formulas.css?v=1"><script src="_static/own.js"></script>'
)


def reduced(body: str) -> BeautifulSoup:
    page = BeautifulSoup(f"<head>{HEAD}</head><body>{body}</body>", "html.parser")
    reduce_weight(page)
    return page


def loaded(page: BeautifulSoup) -> list[str]:
    return [tag.get("src") or tag.get("href") for tag in page.select("script, link")]


def test_icon_becomes_a_drawing_that_keeps_its_classes_and_attributes():
    page = reduced('<i class="theme-switch fa-solid fa-sun fa-lg" data-mode="light"></i>')
    icon = page.svg
    assert page.i is None
    assert {"theme-switch", "fa-solid", "fa-sun", "fa-lg"} < set(icon["class"])
    assert icon["data-mode"] == "light"
    assert icon["viewBox"] == "0 0 512 512"
    assert icon.path["d"].startswith("M")


def test_icon_in_a_span_is_drawn_too():
    page = reduced('<button><span class="fa-solid fa-bars"></span></button>')
    assert page.span is None
    assert page.button.svg.path


def test_element_that_is_no_icon_stays():
    assert reduced("<p><i>in italics</i></p>").i.text == "in italics"
    assert reduced('<p><span class="result">0.5</span></p>').span.text == "0.5"


@pytest.mark.parametrize("classes", ["fas fa-batch", "far fa-file", "fas"])
def test_icon_without_a_file_is_an_error_that_names_it(classes: str):
    message = f"page_weight: icon is '{classes}', expected a solid one of angle-left,"
    with pytest.raises(ValueError, match=message):
        reduced(f'<i class="{classes}"></i>')


def test_style_of_formulas_is_loaded_only_with_them_and_the_icon_library_never():
    own, style = "_static/own.js", "_static/formulas.css?v=1"
    assert loaded(reduced("<p>words</p>")) == [own]
    assert loaded(reduced('<div class="math">x</div>')) == [style, own]
    preview = '<template><span class="math notranslate">x</span></template>'
    assert loaded(reduced(preview)) == [style, own]


def test_page_that_was_reduced_stays_as_it_is():
    page = reduced('<i class="fas fa-file"></i><div class="math">x</div>')
    once = str(page)
    reduce_weight(page)
    assert str(page) == once
