"""What a search engine or a message shows of a page: its title, its first sentences, a picture.

The picture and the page's own address need to know where the book will be:
BOOK_BASE_URL in the environment of the build, such as https://example.org/batch-norm.
"""

from __future__ import annotations

import os
import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

LENGTH = 160  # characters that search engines show
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z`])")
FORMULAS = (nodes.math, nodes.math_block)
PICTURE = "_static/social.png"  # drawn by book/social_card.py


def description(document: nodes.document) -> str:
    """The first sentences of a page, as many as fit; none of a paragraph with a formula."""
    texts = (
        " ".join(paragraph.astext().split())
        for paragraph in document.findall(nodes.paragraph)
        if "reading-time" not in paragraph["classes"]
        and not isinstance(paragraph.parent, nodes.citation)
        and not any(isinstance(node, FORMULAS) for node in paragraph.findall())
    )
    first, *rest = SENTENCE.split(next(texts, ""))
    for sentence in rest:
        if len(first) + 1 + len(sentence) > LENGTH:
            break
        first += f" {sentence}"
    return first


def tags(title: str, text: str, base: str, page: str, book: str) -> str:
    """HTML of the tags for one page; `base` is empty where the book's address is unknown."""
    properties = {
        "og:type": "article",
        "og:site_name": book,
        "og:title": title,
        "og:description": text,
    }
    if base:
        properties |= {"og:url": f"{base}/{page}.html", "og:image": f"{base}/{PICTURE}"}
    lines = [
        f'<meta property="{key}" content="{escape(word)}">' for key, word in properties.items()
    ]
    names = {"description": text, "twitter:card": "summary_large_image" if base else "summary"}
    lines += [f'<meta name="{key}" content="{escape(word)}">' for key, word in names.items()]
    return "\n".join(lines)


def add_tags(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Put the tags into the head of a page that was written by somebody."""
    if tree is not None:
        title = next(tree.findall(nodes.title)).astext()
        text = description(tree) or title
        base = app.config.html_baseurl.rstrip("/")
        context["metatags"] += tags(title, text, base, page, app.config.html_title)


def set_base(app: Sphinx, config: Config) -> None:
    """Let Sphinx know where the book will be, too: it names each page's own address."""
    config.html_baseurl = os.environ.get("BOOK_BASE_URL", "")  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    """Connect to the build, before the pages are written."""
    app.connect("config-inited", set_base, priority=400)
    app.connect("html-page-context", add_tags)
