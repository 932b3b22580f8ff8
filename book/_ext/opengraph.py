"""Describe each page to search engines and messages; sphinxext-opengraph writes the tags.

The picture and the address of a page need to know where the book will be: BOOK_BASE_URL in the
environment of the build, such as https://example.org/batch-norm. Without it no tag has an address.
The description is our own, because the extension's would end in the middle of a word.
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
RELATIVE_ADDRESS = re.compile(r'<meta property="og:url"[^>]*>\s*')


def description(document: nodes.document) -> str:
    """First sentences of a page, as many as fit; none of a paragraph with a formula."""
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


def configure(app: Sphinx, config: Config) -> None:
    """Tell Sphinx and the extension where the book will be."""
    base = os.environ.get("BOOK_BASE_URL", "").rstrip("/")
    settings = {
        "html_baseurl": base,
        "ogp_site_url": f"{base}/" if base else "",
        "ogp_site_name": config.html_title,
        "ogp_type": "article",
        "ogp_image": PICTURE if base else None,
        "ogp_social_cards": {"enable": False},
        "ogp_custom_meta_tags": (
            f'<meta name="twitter:card" content="{"summary_large_image" if base else "summary"}">',
        ),
    }
    for name, value in settings.items():
        setattr(config, name, value)


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Give the extension the description of a page that was written by somebody."""
    if tree is not None:
        title = next(tree.findall(nodes.title)).astext()
        text = escape(description(tree) or title)
        context["meta"] = {**(context["meta"] or {}), "og:description": text}
        context["metatags"] += f'<meta name="description" content="{text}">\n'


def drop_address(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Drop the address of a page where the book's own is unknown: it would be a relative one."""
    if tree is not None and not app.config.ogp_site_url:
        context["metatags"] = RELATIVE_ADDRESS.sub("", context["metatags"])


def setup(app: Sphinx) -> None:
    """Load the extension, and connect before and after it."""
    app.setup_extension("sphinxext.opengraph")
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", describe, priority=400)
    app.connect("html-page-context", drop_address, priority=600)
