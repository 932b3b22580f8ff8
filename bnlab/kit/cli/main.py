"""The command `bnlab`."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import shutil
import sys
import traceback
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..command_line import Parser, system_error
from ..course import UserError

if TYPE_CHECKING:
    from ..feedback.result_text import Style

DESCRIPTION = "Check your modules, get hints, see your progress, and write the zip to hand in."
EPILOG = """\
examples:
  bnlab check batch_moments            one task; save bnlab/moments.py first
  bnlab check moments                  all tasks of a unit
  bnlab hint batch_moments             the next of three hints
  bnlab submit moments                 write submissions/moments-<time>.zip
  bnlab update batch-norm-lab.zip      install a newer handout

`bnlab status` lists all units and tasks.

exit codes: 0 done; 1 a check failed; 2 not possible, for the reason in the last line; 70 internal
error; 130 stopped with ^C
"""

CHECK = """\
Check tasks against their public properties, on the files as they are saved now.

With the name of a unit, check all tasks of the unit; without a name, check all tasks.
With --json, print the result as data for an editor or a script; what your code prints goes to
standard error.
"""
HINT = """\
Show the hints that you have read for a task, and the next one. There are three for each task, and
they cost no points.
"""
STATUS = """\
Show for each task whether all of its checks pass, and for each unit whether submissions/ has a zip.
"""
SUBMIT = """\
Write submissions/<unit>-<time>.zip with the module and the notebook of a unit, and list what is
missing. Save both first. Hand in the zip where your teacher asks for it. You may hand in unfinished
work, and hand in again later.
"""
UPDATE = """\
Install a newer handout. A module or notebook that you have changed stays as it is; its new version
is put into updates/.
"""

DISTRIBUTIONS = "bnlab", "bngrader"
"""The distributions that contain `bnlab`: of the handout, and of the repository."""

INTERNAL_ERROR = 70
"""The exit code of an internal error, as in sysexits.h and in `bngrader`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if all went well, 1 if a check failed, 2 if the command could not be run, 70 after
        an internal error, 130 after ^C.
    """
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has what it wants
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (UserError, OSError) as error:
        if options.debug:
            traceback.print_exc()
        message = system_error(error) if isinstance(error, OSError) else str(error)
        print(f"bnlab {options.command}: {message}", file=sys.stderr)
        return 2
    except Exception as error:
        if options.debug:
            traceback.print_exc()
            return INTERNAL_ERROR
        words = " ".join(sys.argv[1:] if arguments is None else arguments)
        print(
            f"bnlab {options.command}: internal error, {type(error).__name__}: {error}\n"
            f"Please run `bnlab --debug {words}` and send the output to your teacher.",
            file=sys.stderr,
        )
        return INTERNAL_ERROR


def _parser() -> Parser:
    parser = Parser(prog="bnlab", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument(
        "--version", action="version", version=f"bnlab {_version()}", help="print the version"
    )
    parser.add_argument("--debug", action="store_true", help="print the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    summary = "check tasks against their public properties"
    one = commands.add_parser("check", help=summary, description=CHECK)
    one.add_argument("names", nargs="*", metavar="TASK", help="a task or a unit (default: all)")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=_check)

    summary = "show the next of three hints for a task"
    one = commands.add_parser("hint", help=summary, description=HINT)
    one.add_argument("name", metavar="TASK", help="a task such as batch_moments")
    one.add_argument("--step", type=int, metavar="N", help="show the hints up to this one")
    one.set_defaults(run=_hint)

    summary = "show which tasks are done and which units have a zip"
    one = commands.add_parser("status", help=summary, description=STATUS)
    one.set_defaults(run=_status)

    summary = "write the zip of a unit, which you hand in"
    one = commands.add_parser("submit", help=summary, description=SUBMIT)
    one.add_argument("name", metavar="UNIT", help="a unit such as moments")
    one.set_defaults(run=_submit)

    summary = "install a newer handout; your own work stays"
    one = commands.add_parser("update", help=summary, description=UPDATE)
    one.add_argument("archive", type=Path, metavar="ZIP", help="the zip from your teacher")
    one.set_defaults(run=_update)
    return parser


def _version() -> str:
    for name in DISTRIBUTIONS:
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "(not installed)"


def _style() -> Style:
    """Return the width of the window and whether it shows colors; see https://no-color.org."""
    from ..feedback.result_text import Style

    if not sys.stdout.isatty():
        return Style()
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(shutil.get_terminal_size().columns, color)


# Each command imports what it needs, so that `--help` does not wait for NumPy and torch.


def _check(options: argparse.Namespace) -> int:
    from ..feedback.checker import check

    if options.json:
        from ..feedback.check_data import as_data

        with redirect_stdout(sys.stderr):
            result = check(*options.names)
        print(json.dumps(as_data(result), indent=1, sort_keys=True))
    else:
        result = check(*options.names)
        print(result.text(_style()))
    return 0 if result.passed else 1


def _hint(options: argparse.Namespace) -> int:
    from ..feedback.hints import hint

    print(hint(options.name, options.step).text(_style().width or 92))
    return 0


def _status(_: argparse.Namespace) -> int:
    from ..feedback.book_links import front_page
    from .progress import progress

    print(progress())
    if front_page():
        print(f"The book: {front_page()}")
    return 0


def _submit(options: argparse.Namespace) -> int:
    from .submit import submit

    print(submit(options.name))
    return 0


def _update(options: argparse.Namespace) -> int:
    from .update import update

    print(update(options.archive))
    return 0


if __name__ == "__main__":
    sys.exit(main())
