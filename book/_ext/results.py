"""The role `{result}`, which prints a measured number, and the directive `{provenance}`.

{result}`moments_bias:4.N.mean|.2f` is the number under that key of
`book/experiments/results/moments_bias.json`, in that format. A number that was not measured
breaks the build.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from book import results

logger = logging.getLogger(__name__)
PROTOCOL = "book/experiments/protocol.md"
POWER = re.compile(r"(.*)e([+-]\d+)")
MARKS = str.maketrans({"-": "−", "%": " %", ",": " "})
ROW = re.compile(r"^\|.*$", re.MULTILINE)
REFERENCE = re.compile(r"(\{result\}`[^`|\\]*)\|")


class Result(SphinxRole):
    """One measured number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.env.note_dependency(str(results.path(self.text.partition(":")[0])))
        try:
            text = results.formatted(self.text)
        except ValueError as error:
            logger.warning("%s", error, location=self.get_location())
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        return [nodes.inline("", "", *_typeset(text), classes=["result"])], []


def _typeset(text: str) -> list[nodes.Node]:
    if not (power := POWER.fullmatch(text)):
        return [nodes.Text(text.translate(MARKS))]
    exponent = str(int(power[2])).translate(MARKS)
    return [nodes.Text(power[1].translate(MARKS) + " × 10"), nodes.superscript("", exponent)]


class Provenance(SphinxDirective):
    """A paragraph per claim that says how its numbers were measured, with the record."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        return [self._paragraph(claim) for claim in self.arguments[0].split()]

    def _paragraph(self, claim: str) -> nodes.paragraph:
        self.env.note_dependency(str(results.path(claim)))
        try:
            source = results.record(claim)["provenance"]
        except ValueError as error:
            raise self.error(str(error)) from error
        versions, seconds = source["versions"], source["seconds"]
        time = f"{seconds:g} s" if seconds >= 1 else "less than 1 s"
        seeds = "" if source["seeds"] == "none" else f"seeds {source['seeds']}, "
        text = (
            f": {seeds}torch {versions['torch']}, NumPy {versions['numpy']}, "
            f"{source['device']} ({source['cpu']}), threads: {source['threads']}, "
            f"{time}, {source['date']}. "
        )
        file = results.path(claim).relative_to(self.env.srcdir).as_posix()
        command = nodes.literal(text=source["command"])
        parts = [nodes.Text("Measured by "), command, nodes.Text(text), self._link("Record", file)]
        return nodes.paragraph("", "", *parts, *self._rules(source), classes=["provenance"])

    def _rules(self, source: dict) -> list[nodes.Node]:
        """Whether the verdicts have rules from before the run; what has no seeds needs none."""
        if "protocol" in source:
            link = self._link("rules", PROTOCOL)
            return [nodes.Text("; "), link, nodes.Text(" written before the run.")]
        return [nodes.Text("." if source["seeds"] == "none" else ". Exploratory.")]

    def _link(self, text: str, file: str) -> nodes.Node:
        return addnodes.download_reference(
            "", "", nodes.Text(text), reftarget=f"/{file}", refdoc=self.env.docname
        )


def escape_bars(app: Sphinx, document: str, source: list[str]) -> None:
    """Keep the bar before a format from ending the cell of a table."""
    source[0] = ROW.sub(lambda row: REFERENCE.sub(r"\1\\|", row[0]), source[0])


def setup(app: Sphinx) -> None:
    """Register the role and the directive."""
    app.connect("source-read", escape_bars)
    app.add_role("result", Result())
    app.add_directive("provenance", Provenance)
