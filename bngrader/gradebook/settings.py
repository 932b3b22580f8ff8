"""The settings of nbgrader for a course, read without nbgrader, whose import takes seconds.

The files are those that nbgrader reads when it is started in this repository: `nbgrader_config.py`
in the folders of Jupyter, in the repository, and in the folder of the course.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from jupyter_core.application import JupyterApp
from traitlets.config import Application, Config

from ..core.solutions import ROOT
from ..course.course import Course

FILE = "nbgrader_config"
SQLITE = "sqlite:///"


class _Settings(JupyterApp):
    """An application that looks for its settings where nbgrader does."""

    name = "nbgrader"
    log_level = logging.ERROR


def settings(course: Course) -> Config:
    """Return nbgrader's settings with the folder of a course and an absolute database address."""
    config = _configuration(course)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = _address(config, course)
    return config


def configured_address(course: Course) -> str:
    """Return the db_url that nbgrader_config.py in the folder of the course sets, "" for none."""
    if not (course.root / f"{FILE}.py").is_file():
        return ""
    found = _configuration(course).CourseDirectory.get("db_url", "")
    return found if isinstance(found, str) else ""


def _configuration(course: Course) -> Config:
    app = _Settings()
    with contextlib.chdir(ROOT):
        app.load_config_file()
        for folder in dict.fromkeys((ROOT, course.root)):
            Application.load_config_file(app, FILE, path=str(folder))
    return app.config


def _address(config: Config, course: Course) -> str:
    """Return the address of the gradebook's database; a relative path is one in the course.

    It is that of the course file, or else that of the configuration.
    """
    url = course.settings().database or config.CourseDirectory.get("db_url", "")
    if not isinstance(url, str) or not url:
        return f"{SQLITE}{course.gradebook}"
    path = sqlite_path(url)
    return url if path is None else f"{SQLITE}{course.root / path}"


def sqlite_path(url: str) -> Path | None:
    """Return the file of a database of SQLite; None for a database of another kind."""
    if not url.startswith(SQLITE):
        return None
    return Path(url.removeprefix(SQLITE).partition("?")[0])


def shown_address(url: str) -> str:
    """Return the address of a database without a password, for messages."""
    path = sqlite_path(url)
    if path is not None:
        return str(path)
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://...@{tail}" if at else url


def digest_text(config: Config) -> str:
    """Return all settings as text, to find out whether one of them has changed."""
    return repr(sorted((name, repr(value)) for name, value in config.items())) + os.linesep
