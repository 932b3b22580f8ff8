"""No line break between a number and its unit, or between a formula and its comma."""

from __future__ import annotations

import itertools
import re

from docutils import nodes
from sphinx.application import Sphinx

SPACE = "\u00a0"
BREAKS = re.compile(
    r" (?=%)"
    r"|(?<=\d) (?=\d{3}\b)"
    r"| (?=[±×·] )|(?<= [±×·]) "
    r"|(?<=\b\w) (?=− \w\b)|(?<=\b\w −) (?=\w\b)"
    r"|^ (?=to $)"  # between the two ends of a measured range
)
CLOSING = re.compile(r"[,.;:!?)’”]+")
VERBATIM = (nodes.FixedTextElement, nodes.literal, nodes.math, nodes.math_block, nodes.raw)


def keep_together(app: Sphinx, document: nodes.document, name: str) -> None:
    """Forbid the breaks in a page whose references are resolved."""
    for element in list(document.findall(nodes.TextElement)):
        if not isinstance(element, VERBATIM):
            _keep_numbers(element)
            _keep_closing(element)


def _keep_numbers(element: nodes.Element) -> None:
    for place, text in enumerate(element.children):
        if isinstance(text, nodes.Text):
            element[place] = nodes.Text(BREAKS.sub(SPACE, text))


def _keep_closing(element: nodes.Element) -> None:
    for place, (box, text) in enumerate(itertools.pairwise(list(element.children))):
        if not (isinstance(box, nodes.math | nodes.literal) and isinstance(text, nodes.Text)):
            continue
        if closing := CLOSING.match(text):
            whole = nodes.inline("", "", box, nodes.Text(closing[0]), classes=["nonbreaking"])
            element[place : place + 2] = [whole, nodes.Text(text[closing.end() :])]


def setup(app: Sphinx) -> None:
    """Connect to the end of the resolution, which adds numbers and links."""
    app.connect("doctree-resolved", keep_together)
