"""What belongs together stays on one line, and no word is lost over it."""

from __future__ import annotations

from docutils import nodes
from docutils.utils import new_document

from book._ext.nonbreaking import keep_together


def typeset(*parts: nodes.Node) -> nodes.paragraph:
    """A paragraph of these parts, after the line breaks were forbidden."""
    document = new_document("page")
    document += (paragraph := nodes.paragraph("", "", *parts))
    keep_together(None, document, "page")
    return paragraph


def test_number_keeps_its_unit_its_interval_and_its_thousands() -> None:
    text = typeset(nodes.Text("97 ± 2 % of 10 000 images, N − 1 of 8 × 8; after − before"))
    assert text.astext().replace("\u00a0", "_") == (
        "97_±_2_% of 10_000 images, N_−_1 of 8_×_8; after − before"
    )


def test_full_stop_stays_with_the_code_or_formula_before_it() -> None:
    # Twice the same text: the second must not be taken for the first.
    name, formula = nodes.literal(text="eps"), nodes.math(text="x")
    paragraph = typeset(nodes.Text("."), name, nodes.Text("."), formula, nodes.Text(", so"))
    assert paragraph.astext() == ".eps.x, so"
    assert [part.astext() for part in paragraph.findall(nodes.inline)] == ["eps.", "x,"]


def test_range_of_results_breaks_only_before_its_upper_end() -> None:
    low, high = (nodes.inline("", "", nodes.Text(number)) for number in ("0.1", "0.3"))
    paragraph = typeset(
        nodes.Text("by 0.2 ("), low, nodes.Text(" to "), high, nodes.Text(") to see")
    )
    assert paragraph.astext().replace("\u00a0", "_") == "by 0.2 (0.1_to 0.3) to see"


def test_literal_text_keeps_its_spaces() -> None:
    assert typeset(nodes.literal(text="a ± b % c")).astext() == "a ± b % c"
