"""Formulas are typeset when the book is built: a page shows them without a script, and at once.

KaTeX (book/_ext/katex, the files of its release) runs in the V8 of `mini_racer`, so that a build
needs no Node. In a page a formula is twice there: set in KaTeX's fonts for the eye, and as MathML
for a screen reader. An EPUB has the MathML alone, which its readers typeset. The fonts are reduced
to the characters of the book and written into `_static/formulas.css`: Firefox refuses a page from
disk the fonts of another folder.
"""

from __future__ import annotations

import base64
import functools
import json
import logging
import re
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from py_mini_racer import JSEvalException, MiniRacer, mini_racer
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

FOLDER = Path(__file__).with_name("katex")
STYLE = "formulas.css"
logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of the dates in the fonts
FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/(KaTeX_[\w-]+)\.woff2\)[^}]*\}")


class Typesetter:
    """KaTeX; it starts with the first formula, and `close` ends it."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._engine: MiniRacer | None = None

    @functools.cache  # noqa: B019, one typesetter for each build
    def html(self, formula: str, *, display: bool, only_mathml: bool = False) -> str:
        """HTML and MathML of a formula in TeX.

        Raises:
            ValueError: KaTeX does not know a command, or the formula is incomplete.
        """
        if self._engine is None:
            self._engine = self._open.enter_context(mini_racer())
            self._engine.eval((FOLDER / "katex.min.js").read_text("utf-8"))
        options = {
            "displayMode": display,
            "output": "mathml" if only_mathml else "htmlAndMathml",
            "strict": "error",
            "throwOnError": True,
        }
        call = f"katex.renderToString({json.dumps(formula)}, {json.dumps(options)})"
        try:
            # KaTeX writes "function application" as a third part of a subscript, which has two.
            return str(self._engine.eval(call)).replace("<mo>\u2061</mo>", "")
        except JSEvalException as error:
            reason = next(line for line in str(error).splitlines() if "KaTeX" in line)
            raise ValueError(f"formulas: {formula!r} cannot be typeset: {reason.strip()}") from None

    def close(self) -> None:
        """End KaTeX, without which Python would not end; a later formula starts it again."""
        self._engine = None
        self._open.close()


def style(characters: str) -> str:
    """KaTeX's rules, with the part of each font that the characters need.

    A family whose font is not in `book/_ext/katex/fonts` loses its rule: the book has no formula
    in Fraktur, script, sans serif or typewriter.
    """

    def face(rule: re.Match[str]) -> str:
        path = FOLDER / "fonts" / f"{rule[1]}.woff"
        if not path.is_file():
            return ""
        source = f"url(data:font/woff;base64,{reduced(path, characters)}) format('woff')"
        return re.sub(r"src:[^}]*", f"src:{source}", rule[0])

    return FACE.sub(face, (FOLDER / "katex.min.css").read_text("utf-8"))


def reduced(path: Path, characters: str) -> str:
    """The part of a font that the characters need, in base64."""
    font = TTFont(path, recalcTimestamp=False)
    chosen = subset.Subsetter(subset.Options(hinting=False, desubroutinize=True))
    chosen.populate(text=characters)
    chosen.subset(font)
    font.flavor = "woff"
    written = BytesIO()
    font.save(written)
    return base64.b64encode(written.getvalue()).decode()


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula of a line."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate"))
    self.body.append(typeset(self, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_displayed(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, and its number."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(typeset(self, node.astext(), display=True) + "</div>\n")
    raise nodes.SkipNode


def typeset(self: HTML5Translator, formula: str, *, display: bool) -> str:
    """HTML of a formula in the builder's form."""
    app = self.builder.app
    only_mathml = self.builder.name == "epub"
    try:
        return app.typesetter.html(formula, display=display, only_mathml=only_mathml)  # type: ignore[attr-defined]
    except ValueError as error:
        raise ExtensionError(str(error)) from error


def choose(app: Sphinx, config: Config) -> None:
    """Replace MathJax, which Jupyter Book loads."""
    config.html_math_renderer = "katex"


def write_style(app: Sphinx, exception: Exception | None) -> None:
    """End KaTeX, and write the style for the characters of all pages."""
    app.typesetter.close()  # type: ignore[attr-defined]
    if exception or app.builder.format != "html" or app.builder.name == "epub":
        return
    pages = (path.read_text("utf-8") for path in Path(app.outdir).rglob("*.html"))
    characters = "".join(sorted(set().union(*pages)))
    Path(app.outdir, "_static", STYLE).write_text(style(characters), "utf-8")


def setup(app: Sphinx) -> None:
    """Register KaTeX as the renderer of formulas."""
    app.typesetter = Typesetter()  # type: ignore[attr-defined]
    app.add_html_math_renderer(
        "katex", inline_renderers=(visit_inline, None), block_renderers=(visit_displayed, None)
    )
    app.add_css_file(STYLE)
    app.connect("config-inited", choose, priority=900)
    app.connect("build-finished", write_style)
