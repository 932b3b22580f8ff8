"""Pages that load nothing from the network: neither Thebe nor MathJax, which Jupyter Book adds."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

LOADS = re.compile("thebe|mathjax")


def drop(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Remove what loads from a CDN, and scripts that are listed twice."""
    scripts = {_key(script): script for script in context.get("script_files", [])}
    context["script_files"][:] = [
        script for key, script in scripts.items() if not LOADS.search(key)
    ]
    styles = context.get("css_files", [])
    styles[:] = [style for style in styles if not LOADS.search(_key(style))]


def _key(asset: Any) -> str:
    body = (getattr(asset, "attributes", None) or {}).get("body") or ""
    return f"{getattr(asset, 'filename', asset)} {body}".lower()


def setup(app: Sphinx) -> None:
    """Connect to the build; late, after the theme has listed its assets."""
    app.connect("html-page-context", drop, priority=990)
