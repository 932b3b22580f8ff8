"""The command `bngrader`: assembles the parsers of the subcommands and reports errors."""

from __future__ import annotations

import argparse
import logging
import sys
import traceback
from importlib import metadata
from typing import Any

from bnlab.kit.course import UserError

from ..core.errors import GraderError
from ..core.fingerprint import whole_digest
from . import (
    build,
    check_leaks,
    collect,
    grade,
    merge,
    release,
    sample,
    sandbox,
    validate_tests,
)
from .options import Parser, add_common

COMMANDS = (build, release, sample, collect, grade, merge, check_leaks, sandbox, validate_tests)

DESCRIPTION = """\
Release the exercises, grade a class, and check the hidden tests.

The code of a learner runs in a confined process that contains no tests and no answers.
"""

EXAMPLES = """\
a course in five commands:
  bngrader release                      make course/handout/batch-norm-lab.zip for learners
  bngrader collect DOWNLOADS            sort their zips into course/submitted
  bngrader grade course/submitted --gradebook --json course/grades.json
  nbgrader formgrader                   read and mark the written answers (in JupyterLab)
  nbgrader export                       write the marks to grades.csv

`bngrader sample course/submitted` writes a synthetic class to try this with.
`bngrader COMMAND --help` says what a command reads and writes, with examples.

exit codes: 0 done; 1 faults found, or some submissions not judged; 2 not possible, a line says why;
70 an internal error; 130 stopped with ^C
"""

FAULTS, USER_ERROR, INTERNAL_ERROR, INTERRUPTED = 1, 2, 70, 130

USER_ERRORS = (GraderError, UserError)  # the kit's own, such as for an unknown unit


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return its exit code."""
    options = _parser().parse_args(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s", stream=sys.stderr)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return _report(options, "stopped; no file is half written.", INTERRUPTED)
    except USER_ERRORS as error:
        return _report(options, str(error), USER_ERROR)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _report(options, f"{where}{error.strerror or error}.", USER_ERROR)
    except Exception as error:
        kind = type(error).__name__
        return _report(
            options,
            f"internal error ({kind}: {' '.join(str(error).split())[:200]}); "
            f"please report it with the output of `bngrader --debug {options.command} ...`.",
            INTERNAL_ERROR,
        )


def _report(options: argparse.Namespace, message: str, code: int) -> int:
    """Print the error that is being handled in one line, with --debug after its traceback."""
    if options.debug:
        traceback.print_exc()
    print(f"bngrader: {message}", file=sys.stderr)
    return code


class _Version(argparse.Action):
    """Prints the version of the package and the digest of the grader, on which marks depend."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"bngrader {metadata.version('bngrader')} (grader {whole_digest()[:12]})")
        parser.exit()


def _parser() -> Parser:
    parser = Parser(prog="bngrader", description=DESCRIPTION, epilog=EXAMPLES)
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="print version and digest of the grader"
    )
    add_common(parser, False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
