"""The renderer of feedback pages: nbconvert's exporter, which computes each result once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter

from bnlab.kit.course import Unit

from ..course.course import Course
from . import converters
from .database import Book, Rows
from .preprocessors import for_learner

CELL = '<div class="cell border-box-sizing'
TAG = re.compile(r"<div\b|</div>")
ALTERNATIVE = "No description has been provided for this image"
REMEMBERED = ("markdown2html", "clean_html", "ansi2html", "strip_files_prefix")


class Renderer:
    """A renderer of the pages of a course.

    Args:
        course: the course.
        unit: a unit of the course; the settings are the same for all.

    Attributes:
        mode: permissions of a page.
    """

    def __init__(self, course: Course, unit: Unit):
        converter = converters.feedback(course, unit.name)
        self.mode = int(str(converter.permissions), 8)
        self._url = converter.coursedir.db_url
        self._exporter = HTMLExporter(parent=converter, config=converter.config)
        # Marks and comments are put in below, from rows that are already read.
        self._exporter.register_preprocessor(converter.preprocessors[-1])
        self._resources: dict[str, Any] = {}
        self._exact: dict[Unit, bool] = {}

    def page(self, unit: Unit, learner: str, notebook: str, book: Book) -> str:
        """Return the page of a submission.

        Args:
            unit: the unit.
            learner: the learner.
            notebook: text of the graded notebook.
            book: what the gradebook holds.
        """
        rows = book.submissions[learner, unit.name]
        node = nbformat.reads(notebook, as_version=nbformat.NO_CONVERT)
        _add_marks(node, rows, book.assignments[unit.name].cells)
        for_learner(node, rows)
        penalty = rows.penalty or 0
        names = {
            "student": learner, "assignment": unit.name, "notebook": unit.slug,
            "db_url": self._url, "score": rows.score - penalty, "late_penalty": penalty,
            "max_score": book.assignments[unit.name].max_score,
        }  # fmt: skip
        if unit not in self._exact:
            exact = self._by_nbconvert(unit.slug, node, names)
            self._remember()
            self._exact[unit] = self._quickly(node, names) == exact
            return exact
        if self._exact[unit]:
            return self._quickly(node, names)
        return self._by_nbconvert(unit.slug, node, names)

    def _by_nbconvert(self, slug: str, node: Any, names: dict[str, Any]) -> str:
        resources = {
            "unique_key": slug, "output_files_dir": f"{slug}_files", "nbgrader": names,
            "metadata": {"name": slug, "path": ""},
        }  # fmt: skip
        page, self._resources = self._exporter.from_notebook_node(node, resources)
        return page

    def _quickly(self, node: Any, names: dict[str, Any]) -> str:
        template = self._exporter.template
        html = template.render(nb=node, resources={**self._resources, "nbgrader": names})
        html = html.lstrip("\r\n")
        head, *cells = html.split(CELL)
        if not cells:
            return _finished(html)
        last, tail = _closed(CELL + cells[-1])
        fragments = [_fragment(CELL + each) for each in cells[:-1]] + [_fragment(last)]
        if tail is None or any(each is None for each in fragments):
            return _finished(html)
        before, _, after = _frame(head, tail).partition(_HERE)
        return before + "".join(each or "" for each in fragments) + after

    def _remember(self) -> None:
        """Remember the results of the filters, whose input is often the same."""
        filters = self._exporter.environment.filters
        if len(self._exact) == 0:
            for name in REMEMBERED:
                filters[name] = _remembered(filters[name])
        # nbconvert makes a new one for each page.
        filters["highlight_code"] = _remembered_highlight(filters["highlight_code"])


def _add_marks(node: Any, rows: Rows, cells: dict[str, tuple[str, float]]) -> None:
    """Write marks into the metadata of cells, as nbgrader's `GetGrades` does."""
    for cell in node.cells:
        marks = cell.metadata.get("nbgrader", {})
        name = marks.get("grade_id")
        if name in rows.comments and marks.get("solution"):
            marks["comment"] = None
        if name in rows.grades:
            marks["score"], marks["points"] = rows.grades[name].score, cells[name][1]


def _remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter of text that computes each result once."""
    if getattr(function, "jinja_pass_arg", None) is None:
        return lru_cache(4096)(function)
    results: dict[Any, Any] = {}

    @pass_context
    def filtered(context: Any, source: Any, *rest: Any) -> Any:
        if context.get("cell", {}).get("attachments"):
            return function(context, source, *rest)
        key = (source, *rest)
        if key not in results:
            if len(results) > 4096:
                results.clear()
            results[key] = function(context, source, *rest)
        return results[key]

    return filtered


def _remembered_highlight(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter that colours code; its result depends on one entry of the metadata."""

    @lru_cache(4096)
    def coloured(source: str, language: str | None) -> Any:
        metadata = {} if language is None else {"magics_language": language}
        return function(source, metadata=metadata)

    def filtered(source: str, language: Any = None, metadata: Any = None) -> Any:
        if language is not None:
            return function(source, language, metadata)
        return coloured(source, (metadata or {}).get("magics_language"))

    return filtered


_HERE, _END = "<!--cells of the notebook-->", "<!--end of a cell-->"


def _finished(html: str) -> str:
    """Return a page as nbconvert's last step does, which parses and writes it."""
    soup = BeautifulSoup(html, features="html.parser")
    for image in soup.select("img:not([alt])"):
        image.attrs["alt"] = ALTERNATIVE
    return str(soup)


@lru_cache(4096)
def _fragment(html: str) -> str | None:
    """Return the part of a page with a cell; None if it does not close what it opens."""
    before, after = f"<html><body><div>{_HERE}", f"{_END}</div></body></html>"
    page = _finished(f"{before}{html}{after}")
    if not (page.startswith(before) and page.endswith(after)):
        return None
    return page[len(before) : -len(after)]


@lru_cache(64)
def _frame(head: str, tail: str) -> str:
    """Return a page without its cells."""
    return _finished(f"{head}{_HERE}{tail}")


def _closed(html: str) -> tuple[str, str | None]:
    """Return the first element `div` and what follows it; None if it is not closed."""
    depth = 0
    for tag in TAG.finditer(html):
        depth += 1 if tag[0] != "</div>" else -1
        if depth == 0:
            return html[: tag.end()], html[tag.end() :]
    return html, None
