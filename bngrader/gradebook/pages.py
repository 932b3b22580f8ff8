"""The feedback pages, equal to those of `nbgrader generate_feedback`.

nbconvert spends most of a second on a page: it makes an environment of templates, renders and
sanitizes each cell, and parses the whole page once more. Here one exporter renders all pages, and
what is the same on many pages is done once. The first page of each unit is also made by nbconvert
itself; if it differs, nbconvert makes all pages of the unit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bnlab.kit.course import unit as find_unit

from ..core.text import printable
from ..course.course import Course
from ..course.submissions import TIMESTAMP
from . import database
from .changes import cannot_go_on, common_digest, graded_files
from .database import Name
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
    common = common_digest(config)
    with State(course) as state:
        renderer = None
        for unit in names:
            for name in sorted(each for each in book.submissions if each[1] == unit):
                if not _is_folder_name(name[0]):
                    continue
                files = graded_files(course, name)
                shown = digest(common, book.text(name), *content(files))
                page = _page(course, name)
                if not files[0].exists() or state.pages.get(name) == [shown, *stamp(page)]:
                    continue
                from .renderer import Renderer  # imports nbgrader, which takes seconds

                renderer = renderer or Renderer(course, find_unit(unit))
                try:
                    text = renderer.page(
                        find_unit(unit), name[0], files[0].read_text("utf-8"), book
                    )
                    _write(course, name, text, renderer.mode)
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


def _is_folder_name(learner: str) -> bool:
    """Return whether a learner of a roster can have a folder of this name."""
    return learner not in ("", ".", "..") and not set(learner) & {"/", "\0"}


def _page(course: Course, name: Name) -> Path:
    learner, unit = name
    return course.feedback / learner / unit / f"{find_unit(unit).slug}.html"


def _write(course: Course, name: Name, text: str, mode: int) -> None:
    """Write a page, with the module and the time beside it as nbgrader does."""
    from .writer import write_folder

    _, module = graded_files(course, name)
    page = _page(course, name)
    files = {page: text}
    time = module.parent.parent / TIMESTAMP
    targets = {module: page.parent / "bnlab" / module.name, time: page.parent / TIMESTAMP}
    for source, target in targets.items():
        (data,) = content([source])
        if data is not None:
            files[target] = data.decode("utf-8", "replace")
    write_folder(page.parent, files, mode)
