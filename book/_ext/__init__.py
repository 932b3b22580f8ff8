"""The book's Sphinx extension: measured numbers, themed figures, reader's comforts, light pages."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book._ext import (
    figure,
    launch,
    ledger,
    lines,
    offline,
    pages,
    reading,
    result,
    social,
    touch,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part with Sphinx."""
    for part in (figure, touch, result, ledger, lines, reading, launch, social, offline, pages):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
