"""The feedback pages, equal to those of `nbgrader generate_feedback`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from bnlab.kit.course import unit as find_unit

from ..core.book import book_address
from ..core.text import printable
from ..course.course import Course
from ..course.submissions import TIMESTAMP
from . import database
from .answers import shown_from
from .cell_points import as_recorded
from .changes import cannot_go_on, common_digest, graded_files
from .database import Book, Name
from .feedback_page import Circumstances, feedback_page
from .files import write_folder
from .settings import settings
from .state import SAVE_INTERVAL_S, State, content, digest, stamp


def write_feedback(
    course: Course, names: list[str], progress: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Write the pages of some units that are not as they should be.

    Returns:
        A line for each submission without a page.

    Raises:
        GraderError: a page cannot be written; each is as it was or as it is now.
    """
    config = settings(course)
    with database.reader(config.CourseDirectory.db_url) as execute:
        book = database.read(execute, names)
    lines: list[str] = []
    common, around = common_digest(config), _Surroundings(course, book)
    with State(course) as state:
        for unit in names:
            for name in sorted(each for each in book.submissions if each[1] == unit):
                if not _is_folder_name(name[0]):
                    continue
                files = graded_files(course, name)
                now = around.of(name)
                shown = digest(common, now.digest_text(), book.text(name), *content(files))
                page = page_path(course, name)
                if not files[0].exists() or state.pages.get(name) == [shown, *stamp(page)]:
                    continue
                try:
                    node = nbformat.reads(files[0].read_text("utf-8"), nbformat.NO_CONVERT)
                    _write(course, name, _page(course, name, node, book, now), _mode(config))
                except OSError as error:
                    raise cannot_go_on(course, error, "its mark and its old or new page") from None
                except Exception as error:
                    why = printable(f"{type(error).__name__}: {error}")
                    lines.append(f"{printable(name[0])}/{unit}: no feedback, {why}.")
                    continue
                state.pages[name] = [shown, *stamp(page)]
                state.save(SAVE_INTERVAL_S)
            progress(unit)
    return lines


def page_path(course: Course, name: Name) -> Path:
    """Return the path of a feedback page."""
    learner, unit = name
    return course.feedback / learner / unit / f"{find_unit(unit).slug}.html"


def page_of(course: Course, name: Name, notebook: Any, book: Book) -> str:
    """Return the page of one submission.

    Args:
        notebook: the graded notebook.
        book: what the gradebook holds of the unit.
    """
    return _page(course, name, notebook, book, _Surroundings(course, book).of(name))


def _page(course: Course, name: Name, notebook: Any, book: Book, around: Circumstances) -> str:
    (module,) = content([graded_files(course, name)[1]])
    text = None if module is None else module.decode("utf-8", "replace")
    unit = as_recorded(course.unit(name[1]), book.assignments.get(name[1]))
    return feedback_page(unit, name[0], notebook, book.submissions[name], text, around)


class _Surroundings:
    """What pages depend on beside their submissions."""

    def __init__(self, course: Course, book: Book):
        rules, roster = course.settings(), course.roster()
        people = roster.people if roster else ()
        self._names = {each.learner: each.names[0] for each in people if each.names}
        self._zone, self._now = rules.zone, datetime.now(UTC)
        self._from = {unit: shown_from(rules, unit, book) for unit in book.assignments}
        self._book = book_address(rules.book)

    def of(self, name: Name) -> Circumstances:
        learner, unit = name
        return Circumstances(
            self._from.get(unit), self._now, self._zone, self._names.get(learner, ""), self._book
        )


def _is_folder_name(learner: str) -> bool:
    """Return whether a learner of a roster can have a folder of this name."""
    return learner not in ("", ".", "..") and not set(learner) & {"/", "\0"}


def _mode(config: Config) -> int:
    """Return the permissions of a page, as nbgrader has them."""
    for section in ("GenerateFeedback", "BaseConverter"):
        if "permissions" in config[section]:
            return int(str(config[section].permissions), 8)
    return 0o664 if config.CourseDirectory.get("groupshared") else 0o644


def _write(course: Course, name: Name, text: str, mode: int) -> None:
    """Write a page, with the module and the time beside it as nbgrader does."""
    _, module = graded_files(course, name)
    page = page_path(course, name)
    files = {page: text}
    time = module.parent.parent / TIMESTAMP
    targets = {module: page.parent / "bnlab" / module.name, time: page.parent / TIMESTAMP}
    for source, target in targets.items():
        (data,) = content([source])
        if data is not None:
            files[target] = data.decode("utf-8", "replace")
    write_folder(page.parent, files, mode)
