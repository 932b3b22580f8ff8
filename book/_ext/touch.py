"""The directive `{touch} name`: a figure to touch, with a caption that says what is to be seen.

    ```{touch} batch
    :part: moments
    Drag a point, or reach it with Tab and move it with the arrow keys.
    ```

The figure is `book/_static/figures/<name>.js`, a custom element `<touch-name>`; a page loads the
scripts of its own figures only. It is labelled `touch-<stem>_<name>`. What a figure shows of the
measured data is written into the page, because a page opened from disk may fetch nothing.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import results
from book._ext.measured import SHOWN, shown

FOLDER = Path(__file__).parents[1] / "_static" / "figures"
STILL = "This figure is drawn by a script, and scripts are off. The caption says what it shows."


def names() -> list[str]:
    """Names of all figures to touch."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.stem != "base")


def markup(name: str, part: str = "") -> str:
    """HTML of a figure: what shows without scripts, and the measured data it needs.

    Raises:
        ValueError: no such figure, or its data were not measured.
    """
    if name not in names():
        raise ValueError(f"touch: name is {name!r}, expected one of {', '.join(names())}.")
    measured = name in SHOWN
    data = f'<script type="application/json">{shown(name)}</script>' if measured else ""
    text = f'<p class="touch-still">{escape(STILL)}</p>'
    return f'<touch-{name} data-part="{escape(part)}">{text}{data}</touch-{name}>'


class Touch(SphinxDirective):
    """Figure with a caption and the label `touch-<stem>_<name>`."""

    required_arguments = 1
    has_content = True
    option_spec = {"part": directives.unchanged_required}  # noqa: RUF012, docutils' own idiom

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name in SHOWN:
            self.env.note_dependency(str(results.path(SHOWN[name][0])))
        try:
            body = markup(name, self.options.pop("part", ""))
        except ValueError as error:
            raise self.error(str(error)) from error
        figure = nodes.figure("", nodes.raw("", body, format="html"), classes=["touch"])
        figure["touch"] = name
        text, messages = self.state.inline_text("\n".join(self.content), self.lineno)
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        page = Path(self.env.docname).name
        stem = page.partition("_")[2] or page
        self.options["name"] = f"touch-{stem}_{name}"
        self.add_name(figure)
        return [figure, *messages]


def add_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: Any) -> None:
    """Let a page load the scripts of its figures, after what they share."""
    found = doctree.findall(nodes.figure) if doctree else ()
    used = sorted({figure["touch"] for figure in found if "touch" in figure})
    if used:
        app.add_css_file("figures.css")
    for name in ["base", *used] if used else []:
        app.add_js_file(f"figures/{name}.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("touch", Touch)
    app.connect("html-page-context", add_scripts)
