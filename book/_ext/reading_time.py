"""The reading time of a chapter, under its title.

Readers plan with it, so it counts what takes their time here: formulas, tables and figures, too.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

CHAPTER = re.compile(r"\d\d_")
WORDS = 100  # a minute, for a reader who checks each step
STOP = 0.5  # minutes for each displayed formula, table, figure or listing
STOPS = (nodes.math_block, nodes.table, nodes.figure, nodes.literal_block)


def minutes(document: nodes.document) -> int:
    """Minutes for the words, formulas, tables, figures and listings of a page, at least one."""
    stops = sum(isinstance(node, STOPS) for node in document.findall())
    words = sum(len(text.split()) for text in document.findall(nodes.Text) if _is_prose(text))
    return max(1, round(words / WORDS + stops * STOP))


def _is_prose(text: nodes.Text) -> bool:
    while (parent := text.parent) is not None:
        if isinstance(parent, (nodes.raw, nodes.table, nodes.math_block, nodes.literal_block)):
            return False
        text = parent
    return True


def add_minutes(app: Sphinx, document: nodes.document, name: str) -> None:
    """Put the time under the title of a chapter; readers look things up on the other pages."""
    if not CHAPTER.match(Path(name).name):
        return
    count = minutes(document)
    text = f"Reading time: {count}\u00a0minute{'s' if count > 1 else ''}"
    title = next(document.findall(nodes.title))
    at = title.parent.index(title) + 1
    title.parent.insert(at, nodes.paragraph("", text, classes=["reading-time"]))


def setup(app: Sphinx) -> None:
    """Count when references are resolved, for they add words."""
    app.connect("doctree-resolved", add_minutes)
