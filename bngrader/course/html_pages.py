"""HTML pages: one file each, without requests to anywhere, in the reader's colours.

Text of learners is escaped by the templates. A policy in each page lets no script run but our own,
which it names by its digest, so that a fault in a template does not run theirs either.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from ..core.text import printable


def render(template: Path, **names: Any) -> str:
    """Return a page.

    Args:
        template: a Jinja template; it may include `page.css.j2`, and gets the policy as `policy`.
        names: what it shows; `script`, if it is given, is the only script that may run.
    """
    script = names.get("script", "")
    return str(
        _environment(template.parent)
        .get_template(template.name)
        .render(policy=_policy(script), **names)
    )


@cache
def _environment(folder: Path) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters["printable"] = printable
    environment.filters["visible"] = visible
    return environment


def visible(text: str) -> str:
    """Return a text of several lines without control and direction characters."""
    return "\n".join(
        "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line)
        for line in text.split("\n")
    )


def _policy(script: str) -> str:
    """Return a content security policy: no requests, and no script but this one."""
    allowed = "'none'"
    if script:
        digest = hashlib.sha256(script.encode()).digest()
        allowed = f"'sha256-{base64.b64encode(digest).decode()}'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
