"""The result of the check of one task as HTML, for a notebook."""

from __future__ import annotations

import re
from html import escape

import numpy as np

from ..testing.assertions import MismatchError, as_float64, dtype_name, is_array
from ..testing.properties import Outcome
from ..testing.tolerances import LOW_PRECISION, RTOL
from .book_links import address
from .fingerprints import KnownMistake
from .task_check import TaskCheck

KNOWN = "This looks like a known mistake."
CODE = re.compile("`([^`]+)`")
MAX_CELLS = 12
"""Rows and columns of the largest table of differences."""

BOX = (
    "border:1px solid var(--jp-border-color1,#8888);border-radius:6px;"
    "padding:.6em 1em;margin:.4em 0"
)
# The colours of JupyterLab or VS Code, else colours that can be read on white and on black. Those
# that VS Code has for tests are too pale on white.
COLOUR = {
    "passed": "var(--jp-success-color1,var(--vscode-gitDecoration-addedResourceForeground,"
    "var(--vscode-charts-green,#3a8f3f)))",
    "failed": "var(--jp-error-color1,var(--vscode-charts-red,#e0433f))",
    "waits": "var(--jp-ui-font-color2,var(--vscode-descriptionForeground,#767676))",
}


def task_html(each: TaskCheck) -> str:
    """Return a box on one task."""
    call = f"<code>hint(&quot;{escape(each.task.name)}&quot;)</code>"
    first = "" if each.written else f"; for a hint, call {call}"
    name = f"<strong><code>{escape(each.task.name)}</code></strong>"
    head = f"<p>{name} {escape(each.summary)}{first}</p>"
    notes = "".join(f"<p>note: {escape(fault)}</p>" for fault in each.earlier + each.notes)
    if each.problem or not each.written:
        return f'<div style="{BOX}">{head}{notes}</div>'
    if each.shared_reason:
        head += f"<p><em>{escape(each.shared_reason)}</em></p>"
    rows = "".join(_row(each, outcome) for outcome in each.outcomes)
    hints = "".join(map(_known_mistake, each.hints))
    hints += "".join(f"<p>{_code(one.text)}{_in_the_book(one.page)}</p>" for one in each.advice)
    if not (each.passed or each.hints):
        hints += f"<p>For a hint, call {call}.</p>"
    wrong = (o.error for o in each.outcomes if isinstance(o.error, MismatchError))
    heat = next(filter(None, map(_heat, wrong)), "")
    return f'<div style="{BOX}">{head}<table>{rows}</table>{notes}{hints}{heat}</div>'


def _row(each: TaskCheck, outcome: Outcome) -> str:
    mark = each.mark(outcome)
    said = mark == "passed" or each.shares_reason(outcome)
    return (
        f'<tr><td style="color:{COLOUR[mark]};font-weight:bold">{mark}'
        f'</td><td style="text-align:left">{escape(outcome.property.sentence)}'
        + ("" if said else f"<br><em>{escape(each.reason(outcome))}</em>")
        + "".join(f"<br>note: {escape(remark)}" for remark in outcome.remarks)
        + "</td></tr>"
    )


def _known_mistake(hint: KnownMistake) -> str:
    return f"<p><strong>{KNOWN}</strong> {escape(hint.hint)}{_in_the_book(hint.page)}</p>"


def _code(text: str) -> str:
    """Return a text with its parts in backquotes as code."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _in_the_book(page: str) -> str:
    """Return a link to a page of the book, its name alone where it has no address, or ""."""
    link = address(page) if page else ""
    shown = f'<a href="{escape(link)}">{escape(page)}</a>' if link else escape(page)
    return f" In the book: {shown}" if page else ""


def _heat(error: MismatchError) -> str:
    """Return a table of |yours - expected| for a wrong result; a darker cell differs more.

    Where all values agree, and only the dtype or the kind is wrong, the table is "".
    """
    got, want = error.got, error.want
    if not (is_array(got) and is_array(want)) or tuple(got.shape) != tuple(want.shape):
        return ""
    with np.errstate(all="ignore"):  # inf - inf, in a result that overflowed
        far = np.abs(as_float64(got) - as_float64(want))
    far = np.where(as_float64(got) == as_float64(want), 0.0, far)
    close = max(LOW_PRECISION.get(dtype_name(one), RTOL) for one in (got, want))
    if (far <= close * (1 + np.abs(as_float64(want)))).all():
        return ""
    table = far.reshape(1, -1) if far.ndim < 2 else far.reshape(len(far), -1)
    most = np.max(table, initial=0.0, where=np.isfinite(table)) or 1.0
    # Stripes of the front end would give equal numbers two colors.
    cells = "".join(
        '<tr style="background:none">'
        + "".join(map(_cell, row[:MAX_CELLS], (row / most)[:MAX_CELLS]))
        + "</tr>"
        for row in table[:MAX_CELLS]
    )
    cut = " (the first rows and columns)" if max(table.shape) > MAX_CELLS else ""
    return (
        f"<details open><summary>Where <code>{escape(error.what)}</code> differs: "
        f"|yours - expected|{cut}</summary><table>{cells}</table></details>"
    )


def _cell(difference: float, share: float) -> str:
    shown = f"{difference:.1e}".replace("-", "\N{NON-BREAKING HYPHEN}")
    red = 0.6 * share if np.isfinite(share) else 0.6
    return f'<td style="background:rgba(198,40,40,{red:.2f})">{shown}</td>'
