"""The directive `{example}`: a code block that was executed, with what it printed.

    ```{example} inference/forgotten_eval
    ```

shows `book/examples/inference/forgotten_eval.py` and its output. `:part: NAME` shows one part.
"""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import code_blocks

LONG = 12  # lines; longer code may be divided on paper, see book.css


class Example(SphinxDirective):
    """Code and output of an example, or of one part of it."""

    required_arguments = 1
    option_spec: ClassVar = {"part": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        name, title = self.arguments[0], self.options.get("part", "")
        try:
            path, parts = code_blocks.source(name), code_blocks.parts(name)
        except ValueError as error:
            raise self.error(str(error)) from error
        if title not in parts or title in code_blocks.HIDDEN:
            raise self.error(f"example: part of {name} is {title!r}, expected one of {[*parts]}.")
        for file in (path, path.with_suffix(".txt")):
            self.env.note_dependency(str(file))
        code, printed = parts[title].code.rstrip(), code_blocks.output(name).get(title)
        long = ["long"] if len(code.splitlines()) >= LONG else []
        blocks = [nodes.literal_block(code, code, language="python", classes=long)]
        if printed:
            options = {"language": "text", "classes": ["output"]}
            blocks.append(nodes.literal_block(printed, printed, **options))
        return [nodes.container("", *blocks, classes=["example"])]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("example", Example)
