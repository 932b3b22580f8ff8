"""An EPUB is XML, and its list of files says what is in them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from types import SimpleNamespace

from book._ext import epub
from tools.make_epub import well_formed, with_properties

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"></head><body>
<p role="doc-biblioentry">one<br>two</p>
<svg viewBox="0 0 1 1"><defs><clipPath id="c"><path d="M0,0"/></clipPath></defs></svg>
<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi>
<annotation encoding="application/x-tex">x</annotation></semantics></math>
<details><summary>more</summary></details>
<claim-filter><input value="a"></claim-filter><script>1 < 2</script></body></html>"""


def test_page_of_an_epub_is_xml_with_drawings_in_their_namespace():
    root = ET.fromstring(well_formed(PAGE))
    svg = root.find(".//{http://www.w3.org/2000/svg}svg")
    assert svg is not None
    assert svg.get("viewBox") == "0 0 1 1"
    assert svg.find(".//{http://www.w3.org/2000/svg}clipPath") is not None


def test_page_of_an_epub_has_nothing_that_only_a_browser_knows():
    page = well_formed(PAGE)
    for word in ("claim-filter", "<script", "doc-biblioentry", "<annotation"):
        assert word not in page


def test_folds_of_an_epub_are_open():
    """Some readers cannot open them."""
    fold = ET.fromstring(well_formed(PAGE)).find(".//{http://www.w3.org/1999/xhtml}details")
    assert fold is not None
    assert fold.get("open") is not None


def test_list_of_files_says_which_have_formulas_and_drawings():
    package = '<item href="a.xhtml" id="a" /><item href="b.xhtml" id="b" />'
    listed = with_properties(package, {"a.xhtml": "<math><svg", "b.xhtml": "words"})
    root = ET.fromstring(f"<manifest>{listed}</manifest>")
    assert [item.get("properties") for item in root] == ["mathml svg", None]


def test_contents_of_an_epub_list_the_chapters_though_their_toctrees_are_hidden():
    config = SimpleNamespace(html_title="A book", author="Somebody")
    epub.configure(None, config)
    assert config.epub_tocscope == "includehidden"
