"""The command `bngrader`: assembles the parsers of the subcommands and reports errors."""

from __future__ import annotations

import argparse
import logging
import sys
import traceback
from importlib import metadata
from typing import Any

from bnlab.kit.command_line import Parser, system_error
from bnlab.kit.course import UserError

from ..core.errors import GraderError
from ..core.fingerprint import whole_digest
from . import (
    attempts,
    build,
    check_leaks,
    collect,
    doctor,
    export,
    feedback,
    grade,
    init,
    merge,
    new_term,
    regrade,
    release,
    report,
    sample,
    sandbox,
    similarity,
    validate_tests,
)
from .options import add_common

COMMANDS = (
    init, build, release, sample, collect, attempts, doctor, grade, regrade, merge, report,
    similarity, feedback, export, new_term, check_leaks, sandbox, validate_tests,
)  # fmt: skip

DESCRIPTION = """\
Release the exercises, grade a class, and check the hidden tests.

Learners' code runs in confined processes, which hold no tests and no answers.
"""

EXAMPLES = """\
a course in five commands:
  bngrader release                make course/handout/batch-norm-lab.zip for learners
  bngrader collect DOWNLOAD       sort what they handed in into course/submitted
  bngrader grade --gradebook      judge course/submitted, record the marks in nbgrader
  jupyter lab --ServerApp.root_dir=FOLDER_OF_THE_COURSE
                                  mark the written answers in nbgrader's formgrader
  bngrader export --for canvas    write the marks for your platform

`bngrader sample course/submitted` writes a synthetic class to try these commands.
`bngrader COMMAND --help` describes what a command reads and writes, with examples.

exit codes: 0 done; 1 faults found, or some submissions not judged; 2 not possible, for the reason
in the last line; 70 internal error; 130 stopped with ^C
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
        return _report(options, system_error(error), USER_ERROR)
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
    message = message.removeprefix(f"{options.command}: ")
    print(f"bngrader {options.command}: {message}", file=sys.stderr)
    return code


class _Version(argparse.Action):
    """The action of `--version`: print the version and the digest on which marks depend."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"bngrader {metadata.version('bngrader')} (grader {whole_digest()[:12]})")
        parser.exit()


def _parser() -> Parser:
    parser = Parser(prog="bngrader", description=DESCRIPTION, epilog=EXAMPLES)
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="print the version and the digest of the grader"
    )
    add_common(parser, False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
