"""The directive `{figure-svg} name`: a figure of `book/figures`, inlined with a caption.

Inline, the SVG takes the colours of the page in light and in dark.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).parents[1] / "figures"


class FigureSvg(SphinxDirective):
    """Figure with a caption and the label `fig-<name>`."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        path = FOLDER / f"{name}.svg"
        self.env.note_dependency(str(path))
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.svg")))
            raise self.error(f"figure-svg: name is {name!r}, expected one of {known}.")
        figure = nodes.figure("", nodes.raw("", path.read_text("utf8"), format="html"))
        text, messages = self.state.inline_text("\n".join(self.content), self.lineno)
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        self.options["name"] = f"fig-{name}"
        self.add_name(figure)
        return [figure, *messages]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("figure-svg", FigureSvg)
