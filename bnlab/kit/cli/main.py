"""The command `bnlab`: check what you wrote, ask for a hint, see how far you are, hand it in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; the exit code is 1 where a check failed, 2 where it could not be done."""
    parser = argparse.ArgumentParser(
        prog="bnlab",
        description=__doc__,
        epilog="Example: bnlab check batch_moments, after saving bnlab/moments.py.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("check", help="run the public checks of tasks or units")
    one.add_argument("names", nargs="*", metavar="TASK", help="a task or a unit (default: all)")
    one = verbs.add_parser("hint", help="show the next of three hints for a task")
    one.add_argument("name", metavar="TASK")
    verbs.add_parser("status", help="show which tasks are done")
    one = verbs.add_parser("submit", help="write the zip that you hand in; it refuses nothing")
    one.add_argument("name", metavar="UNIT")
    one = verbs.add_parser("update", help="take in a newer handout; your own files stay")
    one.add_argument("archive", type=Path, metavar="ZIP")
    options = parser.parse_args(arguments)
    try:
        return {
            "check": lambda: _check(options.names),
            "hint": lambda: _say("feedback.hints", "hint", options.name),
            "status": _status,
            "submit": lambda: _say("cli.submit", "submit", options.name),
            "update": lambda: _say("cli.update", "update", options.archive),
        }[options.verb]()
    except (ValueError, OSError) as error:
        print(f"bnlab {options.verb}: {error}", file=sys.stderr)
        return 2


def _check(names: list[str]) -> int:
    from ..feedback.checker import check

    result = check(*names)
    print(result)
    return 0 if result.passed else 1


def _say(module: str, function: str, argument: object) -> int:
    from importlib import import_module

    print(getattr(import_module(f"bnlab.kit.{module}"), function)(argument))
    return 0


def _status() -> int:
    from .progress import progress

    print(progress())
    return 0


if __name__ == "__main__":
    sys.exit(main())
