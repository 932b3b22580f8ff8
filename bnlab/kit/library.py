"""Where the book is: at the address that came with the handout, or built beside this package."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .submitting import home


def address(page: str) -> str:
    """A link to a page such as `02_moments.html#moments-biased`; "" where there is no book.

    Beside the package it is a path relative to where the notebook runs, as JupyterLab wants it.
    """
    base = os.environ.get("BNLAB_BOOK") or _of_the_handout()
    if base:
        return f"{base.rstrip('/')}/{page}" if base.startswith(("https://", "http://")) else ""
    built = home() / "_build" / "html" / "book"
    if not (built / page.partition("#")[0]).is_file():
        return ""
    try:
        return Path(os.path.relpath(built)).as_posix() + f"/{page}"
    except ValueError:  # on another drive of a Windows machine
        return ""


def _of_the_handout() -> str:
    try:
        manifest = json.loads((Path(__file__).with_name("handout.json")).read_text("utf-8"))
        return str(manifest["book"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
