"""The command `bnlab`."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from ..course import UserError

DESCRIPTION = "Check your modules, get hints, see your progress, and write the zip to hand in."
EPILOG = """\
examples:
  bnlab check batch_moments   after saving bnlab/moments.py
  bnlab check moments         all tasks of a unit
  bnlab hint batch_moments    the next of three hints
  bnlab submit moments        write submissions/moments-<time>.zip

`bnlab status` lists all units and tasks.
"""

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
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except (UserError, OSError) as error:
        if options.debug:
            traceback.print_exc()
        print(f"bnlab {options.command}: {error}", file=sys.stderr)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bnlab",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bnlab {_version()}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    one = commands.add_parser("check", help="check tasks against their public properties")
    one.add_argument("names", nargs="*", metavar="TASK", help="a task or a unit (default: all)")
    one.set_defaults(run=_check)

    one = commands.add_parser("hint", help="show the next of three hints for a task")
    one.add_argument("name", metavar="TASK", help="a task such as batch_moments")
    one.set_defaults(run=_hint)

    one = commands.add_parser("status", help="show which tasks are done and what is handed in")
    one.set_defaults(run=_status)

    one = commands.add_parser("submit", help="write the zip of a unit that you hand in")
    one.add_argument("name", metavar="UNIT", help="a unit such as moments; it may be unfinished")
    one.set_defaults(run=_submit)

    one = commands.add_parser("update", help="install a newer handout; your own files stay")
    one.add_argument("archive", type=Path, metavar="ZIP", help="the zip from your teacher")
    one.set_defaults(run=_update)
    return parser


def _version() -> str:
    for name in ("bnlab", "bngrader"):  # the handout's distribution, and that of the repository
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "(not installed)"


# Each command imports what it needs, so that `--help` does not wait for NumPy and torch.


def _check(options: argparse.Namespace) -> int:
    from ..feedback.checker import check

    result = check(*options.names)
    print(result)
    return 0 if result.passed else 1


def _hint(options: argparse.Namespace) -> int:
    from ..feedback.hints import hint

    print(hint(options.name))
    return 0


def _status(_: argparse.Namespace) -> int:
    from .progress import progress

    print(progress())
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
