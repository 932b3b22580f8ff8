"""Search by section: the build writes the text of each to `_static/search_sections.js`.

Sphinx's own search finds pages, and a chapter has twenty sections. `book/_static/search.js` finds
sections, with MiniSearch, the stemmer of Sphinx, and the synonyms of `book/synonyms.toml`. The
texts are a script, because a page opened from disk may not fetch a file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SYNONYMS = Path(__file__).parents[1] / "synonyms.toml"
TARGET = "search_sections.js"
NO_TEXT = (
    nodes.section,
    addnodes.glossary,
    nodes.raw,
    nodes.math_block,
    nodes.comment,
    nodes.image,
)
Section = dict[str, str]


def sections(name: str, document: nodes.document) -> Iterator[Section]:
    """The sections of a page, and the terms of a glossary.

    Each has its address within the book, the title of the page, its own title and text, without
    those of the sections below it, and the entries of the index that point to it.
    """
    page = next(document.findall(nodes.title)).astext()
    for section in document.findall(nodes.section):
        title = section.next_node(nodes.title)
        whole = section.parent is document
        yield {
            "at": f"{name}.html" + ("" if whole else f"#{section['ids'][0]}"),
            "page": page,
            "title": _text(title),
            "index": " ".join(_entries(section)),
            "text": " ".join(_text(part) for part in section.children if part is not title),
        }
    for term in document.findall(nodes.term):
        if term["ids"]:
            yield {
                "at": f"{name}.html#{term['ids'][0]}",
                "page": page,
                "title": term.astext(),
                "index": "",
                "text": _text(term.parent[-1]),
            }


def _text(node: nodes.Node) -> str:
    """Words of a node; a formula, a picture and what belongs to a section below it have none."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, NO_TEXT) or _is_untitled_reference(node):
        return ""
    inline = isinstance(node, nodes.TextElement)
    parts = (_text(child) for child in node.children if not isinstance(child, nodes.math))
    joined = " ".join(("" if inline else " ").join(parts).split())
    return re.sub(r":? +([.,;:)])", r"\1", joined)


def _is_untitled_reference(node: nodes.Node) -> bool:
    """Whether the text is a label, which the reader of the page does not see."""
    return isinstance(node, addnodes.pending_xref) and not node.get("refexplicit")


def _entries(section: nodes.section) -> Iterator[str]:
    """What the index says of a section: the entries in it, and those just before it."""
    for child in section.children:
        if not isinstance(child, nodes.section):
            for index in child.findall(addnodes.index):
                yield from (entry[1] for entry in index["entries"])


def script(found: list[Section]) -> str:
    """The sections and the synonyms, as a script."""
    synonyms = tomllib.loads(SYNONYMS.read_text("utf-8"))["groups"]
    data = {"sections": found, "synonyms": synonyms}
    return f"var SEARCH = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the script into the built book."""
    if exception or app.builder.name != "html":
        return
    env: BuildEnvironment = app.env
    found = [
        section
        for name in sorted(env.found_docs)
        for section in sections(name, env.get_doctree(name))
    ]
    Path(app.outdir, "_static", TARGET).write_text(script(found), "utf-8")


def setup(app: Sphinx) -> None:
    """Write when the pages are there."""
    app.connect("build-finished", write)
