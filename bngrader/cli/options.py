"""What the parsers of the subcommands share: common options, suggestions for wrong names."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from ..core.errors import GraderError
from ..core.solutions import SOLUTIONS
from ..course.course import Course, default_root

T = TypeVar("T")


class Parser(argparse.ArgumentParser):
    """A parser that keeps the line breaks of its texts and suggests names for wrong choices."""

    def __init__(self, **options: Any):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(action.choices)
            message = f"{value!r} is unknown{did_you_mean(str(value), known)}"
            raise argparse.ArgumentError(action, f"{message} Expected one of {', '.join(known)}.")


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


def add_common(parser: argparse.ArgumentParser, default: object) -> None:
    """Add `-v` and `--debug`; both may stand before and after the name of the subcommand."""
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=default,
        help="also print what the grader is doing",
    )  # fmt: skip
    parser.add_argument(
        "--debug", action="store_true", default=default,
        help="show the traceback of an error",
    )  # fmt: skip


def course_of(options: argparse.Namespace) -> Course:
    """Return the course of `--course`, or the default one."""
    return Course(options.course or default_root())


def private_paths(course: Course) -> tuple[Path, ...]:
    """Return the files and folders that learners' code must not be able to read."""
    return SOLUTIONS, course.root


def lookup(what: str, name: str, known: Mapping[str, T]) -> T:
    """Return the item called `name`.

    Raises:
        GraderError: there is none; the message suggests a similar name.
    """
    if name not in known:
        raise GraderError(
            f"{what} {name!r} is unknown{did_you_mean(name, known)} "
            f"Expected one of {', '.join(known)}."
        )
    return known[name]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" if a known name is similar, "." otherwise."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "."


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
