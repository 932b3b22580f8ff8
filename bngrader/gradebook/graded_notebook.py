"""The graded notebook of a submission, as `nbgrader autograde` writes it.

nbgrader converts each submitted notebook twice. All that depends on the unit alone is done once
here, by nbgrader's own preprocessors; a submission adds its texts and its verdicts.
"""

from __future__ import annotations

import copy
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, get_partial_grade, is_grade, is_solution

from bnlab.kit.course import Unit
from bnlab.kit.formats import written_cell_id

from ..core.report import Report
from ..core.text import inert
from ..course.notebooks import Notebook
from .marks import Before, Earlier
from .preprocessors import (
    PristineExporter,
    add_for_marker,
    pristine,
    write_answers,
    write_verdicts,
)

FOR_MARKER = "earlier-answer"


class UnitNotebook:
    """The graded notebook of a unit before anything of a learner is in it.

    Args:
        unit: the unit.
        converter: nbgrader's `Autograde` with the settings of the course.
    """

    def __init__(self, unit: Unit, converter: Any):
        self._unit = unit
        exporter = PristineExporter(parent=converter, config=converter.config)
        exporter._preprocessors = []
        for each in converter.sanitize_preprocessors:
            exporter.register_preprocessor(each)
        names = {
            "student": "", "assignment": unit.name, "notebook": unit.slug,
            "db_url": converter.coursedir.db_url,
        }  # fmt: skip
        resources = {"nbgrader": names, "metadata": {"name": unit.slug}}
        text, _ = exporter.from_notebook_node(pristine(unit, Notebook()), resources=resources)
        self._sanitized = nbformat.reads(text, as_version=nbformat.NO_CONVERT)

    def graded(self, report: Report, submitted: Notebook, source: str | None) -> Any:
        """Return the notebook with the texts and module of a learner and the verdicts."""
        notebook = copy.deepcopy(self._sanitized)
        write_answers(self._unit, notebook, submitted)
        write_verdicts(notebook, report)
        add_for_marker(self._unit, notebook, source)
        return notebook


def automatic_marks(notebook: Any) -> dict[str, float | None]:
    """Return the mark that nbgrader gives to each cell; None for one that a person marks.

    Raises:
        ValueError: a cell earns more than it has points.
    """
    marks: dict[str, float | None] = {}
    for cell in notebook.cells:
        if not is_grade(cell):
            continue
        about = cell.metadata["nbgrader"]
        if is_solution(cell):
            changed = about.get("checksum") != compute_checksum(cell)
            marks[about["grade_id"]] = None if changed else 0.0
            continue
        results = (each for each in cell.outputs if each.output_type == "execute_result")
        result = next(results, None)
        points = float(about["points"])
        # nbgrader gives full points to a cell without a result; here it earns none.
        marks[about["grade_id"]] = get_partial_grade(result, points) if result else 0.0
    return marks


def add_earlier(unit: Unit, notebook: Any, earlier: Earlier | None) -> None:
    """Add a cell with the earlier answer and its mark, which only the marker sees."""
    if earlier is None:
        return
    for index, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == written_cell_id(unit.name):
            lines = ["**For the marker only: this answer has changed since it was marked.**"]
            shown = earlier.source if earlier.source.startswith("```") else inert(earlier.source)
            lines += ["", inert(earlier.note()), "", shown]
            added = nbformat.v4.new_markdown_cell("\n".join(lines))
            added.id, added.metadata["bngrader"] = FOR_MARKER, {"earlier": earlier.as_data()}
            notebook.cells.insert(index + 1, added)
            return


def read_before(unit: Unit, text: bytes | None, module: bytes | None) -> Before:
    """Return what a graded notebook on disk shows; nothing if it is not one of ours."""
    if text is None:
        return Before()
    written, earlier = None, None
    try:
        for cell in nbformat.reads(text.decode(), as_version=nbformat.NO_CONVERT).cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == written_cell_id(unit.name):
                written = cell.source
            elif "earlier" in cell.metadata.get("bngrader", {}):
                earlier = Earlier.from_data(cell.metadata["bngrader"].get("earlier"))
    except (ValueError, AttributeError, KeyError, TypeError):
        return Before()
    return Before(written, None if module is None else module.decode("utf-8", "replace"), earlier)


def as_text(notebook: Any) -> str:
    """Return the text of a notebook file, as nbconvert writes it."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return f"{text}\n"
