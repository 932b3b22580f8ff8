"""What `make epub` needs: the names of the book, and pages without what only a browser loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from book._ext import about_page

OWN = ("epub.css", "pygments.css")


def configure(app: Sphinx, config: Config) -> None:
    """Name the book; Sphinx's own names are of a project."""
    settings = {
        "version": about_page.version(),
        "epub_title": config.html_title,
        "epub_author": config.author,
        "epub_publisher": config.author,
        "epub_basename": Path(about_page.FILES["EPUB"]).stem,
        "epub_identifier": "batch-normalization-measured",
        "epub_scheme": "ID",
        "epub_uid": "batch-normalization-measured",
        "epub_show_urls": "no",
        "epub_tocdepth": 2,
        "epub_tocscope": "includehidden",  # Jupyter Book hides every table of contents
        "epub_use_index": True,
        "epub_exclude_files": ["_static/social.png", "_static/opensearch.xml"],
    }
    for name, value in settings.items():
        setattr(config, name, value)


def reduce(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Leave out the scripts, the tags for search engines, and the styles of the theme."""
    if app.builder.name == "epub":
        context["metatags"] = ""
        context["script_files"] = []
        context["css_files"] = [
            style for style in context["css_files"] if str(_file(style)).endswith(OWN)
        ]


def _file(style: Any) -> Any:
    return getattr(style, "filename", style)


def setup(app: Sphinx) -> None:
    """Connect before the builder reads its names, and after everybody has added to a page."""
    app.connect("config-inited", configure, priority=950)
    app.connect("html-page-context", reduce, priority=999)
