"""The book's Sphinx extension: each module adds one thing, which its name says."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book._ext import (
    about_page,
    code_example,
    epub,
    figure_svg,
    formulas,
    html_postprocess,
    interactive_figure,
    launch_buttons,
    ledger,
    nonbreaking,
    offline,
    opengraph,
    reading_time,
    references,
    results,
    search,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part with Sphinx."""
    for part in (
        about_page,
        code_example,
        epub,
        figure_svg,
        formulas,
        interactive_figure,
        references,
        results,
        ledger,
        nonbreaking,
        reading_time,
        launch_buttons,
        opengraph,
        search,
        offline,
        html_postprocess,
    ):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
