"""The directive `{interactive-figure} name`: a figure that the reader operates, with a caption.

    ```{interactive-figure} batch
    :part: moments
    Drag a point, or reach it with Tab and move it with the arrow keys.
    ```

The script `book/_static/interactive_figures/<name>.js` defines the figure as the custom element
`<interactive-name>`. A page loads the scripts of its own figures only. The label of a figure is
`interactive-<unit>_<name>`. Without scripts two of them show `book/figures/<unit>_<name>.svg`. The
measured data of a figure is written into the page, because a page opened from disk must
not fetch anything.
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
from book._ext.interactive_figure_data import SHOWN, shown

FOLDER = Path(__file__).parents[1] / "_static" / "interactive_figures"
PICTURES = Path(__file__).parents[1] / "figures"
FALLBACK = "This figure is drawn by a script, and scripts are off. The caption says what it shows."
DRAWN = ("circle", "graph")
ON_PAPER = "This figure is operated by the reader; the caption says what it shows."
PICTURE = "Scripts are off: this is one position of a figure that can be operated."


def names() -> list[str]:
    """Names of all interactive figures."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.stem != "base")


def picture(unit: str, name: str) -> str:
    """SVG of one position of a figure, or nothing if it has none."""
    return (PICTURES / f"{unit}_{name}.svg").read_text("utf-8") if name in DRAWN else ""


def markup(name: str, part: str = "", drawing: str = "") -> str:
    """HTML of a figure: what shows without scripts, and the measured data it needs.

    Raises:
        ValueError: no such figure, or its data were not measured.
    """
    if name not in names():
        known = ", ".join(names())
        raise ValueError(f"interactive-figure: name is {name!r}, expected one of {known}.")
    measured = name in SHOWN
    data = f'<script type="application/json">{shown(name)}</script>' if measured else ""
    words = escape(PICTURE if drawing else FALLBACK)
    text = f'{drawing}<p class="interactive-fallback">{words}</p>'
    return f'<interactive-{name} data-part="{escape(part)}">{text}{data}</interactive-{name}>'


class InteractiveFigure(SphinxDirective):
    """Figure with a caption and the label `interactive-<unit>_<name>`."""

    required_arguments = 1
    has_content = True
    option_spec = {"part": directives.unchanged_required}  # noqa: RUF012, docutils' own idiom

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name in SHOWN:
            self.env.note_dependency(str(results.path(SHOWN[name][0])))
        try:
            page = Path(self.env.docname).name
            unit = page.partition("_")[2] or page
            body = markup(name, self.options.pop("part", ""), picture(unit, name))
            if self.env.app.builder.name == "epub":
                body = picture(unit, name) or f"<p>{escape(ON_PAPER)}</p>"
        except ValueError as error:
            raise self.error(str(error)) from error
        figure = nodes.figure("", nodes.raw("", body, format="html"), classes=["interactive"])
        figure["interactive"] = name
        text, messages = self.state.inline_text("\n".join(self.content), self.lineno)
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        self.options["name"] = f"interactive-{unit}_{name}"
        self.add_name(figure)
        return [figure, *messages]


def add_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: Any) -> None:
    """Let a page load the scripts of its figures, after what they share."""
    found = doctree.findall(nodes.figure) if doctree else ()
    used = sorted({figure["interactive"] for figure in found if "interactive" in figure})
    if used:
        app.add_css_file("interactive_figures.css")
    for name in ["base", *used] if used else []:
        app.add_js_file(f"interactive_figures/{name}.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("interactive-figure", InteractiveFigure)
    app.connect("html-page-context", add_scripts)
