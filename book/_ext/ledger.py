"""The directive `{ledger}`: tables of all claims with their verdicts, and a filter for readers.

`book/ledger_verdicts.py` computes the verdicts.

```{ledger}
S0 Title of the first source's table
S1 Title of the second's
```
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import ledger_verdicts, results

HEADS = ("claim", "verdict", "evidence", "scope", "what was seen")
WIDTHS = (32, 9, 11, 10, 38)
FILTER = """<claim-filter hidden>
<label>Show <select name="verdict"><option value="">all verdicts</option>{options}</select></label>
<label>with the words <input name="words" type="search"></label>
<output aria-live="polite"></output>
</claim-filter>"""


class Ledger(SphinxDirective):
    """One table per source; every row is a claim, with an anchor of its own."""

    has_content = True  # one line per source: `S0 Name of the table`

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(ledger_verdicts.FILE))
        try:
            found = ledger_verdicts.claims()
        except ValueError as error:
            raise self.error(str(error)) from error
        names = dict(line.split(" ", 1) for line in self.content)
        options = "".join(f"<option>{escape(each)}</option>" for each in ledger_verdicts.VERDICTS)
        made: list[nodes.Node] = [nodes.raw("", FILTER.format(options=options), format="html")]
        for source, rows in groupby(found, key=lambda claim: claim.id.partition("-")[0]):
            made += [self._table(names[source], list(rows))]
        return made

    def _table(self, name: str, rows: list[ledger_verdicts.Claim]) -> nodes.table:
        group = nodes.tgroup("", cols=len(HEADS))
        group += [nodes.colspec("", colwidth=width) for width in WIDTHS]
        head, body = nodes.thead(), nodes.tbody()
        group += [head, body]
        head += nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in HEADS))
        body += [self._row(claim) for claim in rows]
        title = f"{name}: {len(rows)} claims"
        return nodes.table("", nodes.title("", title), group, classes=["ledger"])

    def _row(self, claim: ledger_verdicts.Claim) -> nodes.row:
        row = nodes.row("", classes=["claim", claim.verdict])
        section, paragraph = claim.place
        words = nodes.paragraph("", "", nodes.strong("", f"{claim.id} "))
        if claim.quote[0] in "$`":
            words += self._read(claim.quote)[0].children
        else:
            words += nodes.inline("", f"“{claim.quote}”", classes=["quotation"])
        words += nodes.inline("", f" ({section}, ¶\u00a0{paragraph})", classes=["place"])
        said = [words, *(self._read(claim.says) if claim.says else ())]
        word = nodes.paragraph("", "", nodes.strong("", claim.verdict))
        seen = self._read(claim.evidence)
        if claim.files:
            seen[-1] += nodes.Text(" Record: ")
            for number, file in enumerate(claim.files):
                seen[-1] += [nodes.Text(", ")] * bool(number) + [self._record(file)]
            seen[-1] += nodes.Text(".")
        kind, scope = nodes.paragraph("", claim.strength), nodes.paragraph("", claim.scope)
        for cell in (said, [word], [kind], [scope], seen):
            row += nodes.entry("", *cell)
        row[0]["ids"].append(f"claim-{claim.id.lower()}")
        return row

    def _read(self, text: str) -> list[Any]:
        holder = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), "ledger.toml"), 0, holder)
        return holder.children

    def _record(self, name: str) -> nodes.Node:
        self.env.note_dependency(str(results.path(name)))
        file = results.path(name).relative_to(self.env.srcdir).as_posix()
        return addnodes.download_reference(
            "", "", nodes.literal("", name), reftarget=f"/{file}", refdoc=self.env.docname
        )


def add_script(app: Sphinx, page: str, template: str, context: dict, doctree: Any) -> None:
    """Let the page that has the tables load their filter."""
    if any(
        "ledger" in table["classes"] for table in (doctree.findall(nodes.table) if doctree else ())
    ):
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("ledger", Ledger)
    app.connect("html-page-context", add_script)
