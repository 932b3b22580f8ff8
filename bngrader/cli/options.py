"""What the subcommands share: common options, the course, files to write."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bnlab.kit.command_line import Parser

from ..core.errors import GraderError
from ..core.solutions import SOLUTIONS
from ..course.course import Course, default_root


def add_command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    description: str,
    course: bool = False,
) -> Parser:
    """Add a subcommand and return its parser.

    Args:
        commands: the subparsers of the main parser.
        name: of the subcommand.
        run: takes the parsed options and returns the exit code.
        summary: the line in `bngrader --help`.
        description: the text in `bngrader NAME --help`.
        course: whether the subcommand uses the folder of a course.
    """
    parser: Parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run)
    if course:
        parser.add_argument(
            "--course", type=Path, default=None, metavar="DIR",
            help="folder of the course (default: $BNGRADER_COURSE, or course/ in the repository)",
        )  # fmt: skip
    add_common(parser, argparse.SUPPRESS)
    return parser


def add_units(parser: argparse.ArgumentParser) -> None:
    """Add `--unit`, which may be repeated."""
    parser.add_argument(
        "--unit", action="append", metavar="UNIT", help="only this unit; may be repeated"
    )


def add_common(parser: argparse.ArgumentParser, default: object) -> None:
    """Add `-v` and `--debug`; both are accepted before and after the name of the subcommand."""
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=default,
        help="also print what the grader is doing",
    )  # fmt: skip
    parser.add_argument(
        "--debug", action="store_true", default=default,
        help="print the traceback of an error",
    )  # fmt: skip


def course_of(options: argparse.Namespace) -> Course:
    """Return the course of `--course`, or the default one."""
    return Course(options.course or default_root())


def private_paths(course: Course) -> tuple[Path, ...]:
    """Return the files and folders that learners' code must not be able to read."""
    return SOLUTIONS, course.root


def check_writable(path: Path) -> None:
    """Raise an error if a file cannot be written, before a class is judged for an hour.

    Raises:
        GraderError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(path.parent, os.W_OK) and not path.is_dir()
    except OSError:
        writable = False
    if not writable:
        raise GraderError(f"{path} cannot be written; choose a file in a writable folder.")


def json_text(data: Mapping[str, Any]) -> str:
    """Return plain data as JSON; equal data are equal bytes."""
    return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
