"""Formulas are typeset when the book is built, for the eye and as MathML."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from book._ext import formulas


@pytest.fixture(scope="module")
def typesetter() -> Iterator[formulas.Typesetter]:
    one = formulas.Typesetter()
    yield one
    one.close()


def test_formula_is_there_for_the_eye_and_for_a_screen_reader(typesetter):
    html = typesetter.html(r"\hat{x} = \frac{x - \mu}{\sigma}", display=True)
    page = BeautifulSoup(html, "html.parser")
    assert [each.get_text() for each in page.select("math mfrac > *")] == ["x−μ", "σ"]
    assert page.select_one(".katex-html")["aria-hidden"] == "true"


def test_formula_of_an_epub_is_mathml_alone(typesetter):
    html = typesetter.html("x^2", display=False, only_mathml=True)
    assert "<msup>" in html
    assert "katex-html" not in html


@pytest.mark.parametrize("wrong", [r"\fraq{1}{2}", r"\frac{1}", "{x", "ß"])
def test_formula_that_cannot_be_typeset_is_an_error_that_quotes_it(wrong, typesetter):
    with pytest.raises(ValueError, match=re.escape(f"formulas: {wrong!r} cannot be typeset")):
        typesetter.html(wrong, display=True)


def test_closed_typesetter_starts_again(typesetter):
    typesetter.close()
    assert "katex" in typesetter.html("y", display=False)


def test_style_holds_the_needed_part_of_each_font_and_loads_nothing():
    style = formulas.style("x1μ")
    assert re.findall(r"url\((?!data:)", style) == []
    fonts = re.findall(r"font-family:KaTeX_Math;[^}]*base64,([^)]*)\)", style)
    characters = set(TTFont(BytesIO(base64.b64decode(fonts[0]))).getBestCmap())
    assert {ord("x"), ord("μ")} <= characters
    assert ord("y") not in characters
    assert "@font-face{font-family:KaTeX_Fraktur" not in style


def test_subscript_has_two_parts_whatever_is_in_it(typesetter):
    page = BeautifulSoup(typesetter.html(r"\lambda_{\max}", display=False), "html.parser")
    assert [each.get_text() for each in page.select("msub > *")] == ["λ", "max"]
