"""Pages that load nothing from the network: the book has its own MathJax, and no Thebe."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

# What one page of mathematics loads: SVG output needs no fonts, so it works from disk.
MATHJAX = (
    "tex-svg.js",
    "a11y/sre.js",
    "a11y/semantic-enrich.js",
    "a11y/explorer.js",
    "a11y/complexity.js",
    "a11y/assistive-mml.js",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
)


def mathjax() -> Path:
    """Folder of MathJax in the installed package that carries it."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("offline: sphinx-mathjax-offline is missing, expected it installed.")
    return Path(spec.origin).parent / "static" / "mathjax"


def use_own_mathjax(app: Sphinx, config: Config) -> None:
    """Let every page load the book's own copy, by a script that waits for the first paint."""
    config.mathjax_path = "formulas.js"  # type: ignore[attr-defined]


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax into the built book."""
    if exception or app.builder.format != "html":
        return
    for name in MATHJAX:
        target = Path(app.outdir, "_static", "mathjax", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(mathjax() / name, target)


def drop_thebe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Remove Thebe, which loads from a CDN, and scripts that are listed twice."""
    scripts = {_key(script): script for script in context.get("script_files", [])}
    context["script_files"][:] = [script for key, script in scripts.items() if "thebe" not in key]
    styles = context.get("css_files", [])
    styles[:] = [style for style in styles if "thebe" not in _key(style)]


def _key(asset: Any) -> str:
    body = (getattr(asset, "attributes", None) or {}).get("body") or ""
    return f"{getattr(asset, 'filename', asset)} {body}".lower()


def setup(app: Sphinx) -> None:
    """Connect to the build; late, after the theme has listed its assets."""
    app.connect("config-inited", use_own_mathjax, priority=900)
    app.connect("html-page-context", drop_thebe, priority=990)
    app.connect("build-finished", copy_mathjax)
