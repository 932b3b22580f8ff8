"""Line breaks: what belongs together stays on one line.

A number keeps its unit, its `±` and its thousands, and no comma begins a line after a formula.
"""

from __future__ import annotations

import itertools
import re

from docutils import nodes
from sphinx.application import Sphinx

SPACE = "\u00a0"
KEPT = re.compile(
    r" (?=%)"
    r"|(?<=\d) (?=\d{3}\b)"
    r"| (?=[±×·] )|(?<= [±×·]) "
    r"|(?<=\b\w) (?=− \w\b)|(?<=\b\w −) (?=\w\b)"
    r"|^ (?=to $)"  # between the two ends of a measured range
)
CLOSING = re.compile(r"[,.;:!?)’”]+")
VERBATIM = (nodes.FixedTextElement, nodes.literal, nodes.math, nodes.math_block, nodes.raw)


def keep_together(app: Sphinx, document: nodes.document, name: str) -> None:
    """Forbid the breaks that would part a number from its unit or a formula from its comma."""
    for element in list(document.findall(nodes.TextElement)):
        if not isinstance(element, VERBATIM):
            _keep_numbers(element)
            _keep_closing(element)


def _keep_numbers(element: nodes.Element) -> None:
    for place, text in enumerate(element.children):
        if isinstance(text, nodes.Text):
            element[place] = nodes.Text(KEPT.sub(SPACE, text))


def _keep_closing(element: nodes.Element) -> None:
    for place, (box, text) in enumerate(itertools.pairwise(list(element.children))):
        if not (isinstance(box, nodes.math | nodes.literal) and isinstance(text, nodes.Text)):
            continue
        if closing := CLOSING.match(text):
            kept = nodes.inline("", "", box, nodes.Text(closing[0]), classes=["kept"])
            element[place : place + 2] = [kept, nodes.Text(text[closing.end() :])]


def setup(app: Sphinx) -> None:
    """Work on pages whose references are resolved."""
    app.connect("doctree-resolved", keep_together)
