"""The command `bnlab`: check what you wrote, see how far you are."""

from __future__ import annotations

import argparse
import sys

from .tasks import stems


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; the exit code is 1 where a check failed, 2 where a name is unknown."""
    parser = argparse.ArgumentParser(
        prog="bnlab",
        description=__doc__,
        epilog="Example: bnlab check batch_moments, after saving bnlab/moments.py.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("check", help="run the public checks of tasks or stems")
    one.add_argument("names", nargs="*", metavar="TASK", help="a task or a stem (default: all)")
    verbs.add_parser("status", help="show which tasks are done")
    options = parser.parse_args(arguments)
    try:
        return _status() if options.verb == "status" else _check(options.names)
    except ValueError as error:
        print(f"bnlab {options.verb}: {error}", file=sys.stderr)
        return 2


def _check(names: list[str]) -> int:
    from .checking import check

    result = check(*names)
    print(result)
    return 0 if result.passed else 1


def _status() -> int:
    from .checking import check

    done = total = 0
    for each in stems().values():
        for row in check(each.name).tasks:
            total += 1
            done += row.passed
            state = "done" if row.passed else "open" if not row.written else "not right yet"
            print(f"{each.slug:<14} {row.task.name:<26} {state}")
    print(f"{done} of {total} tasks done  [{'#' * done}{'.' * (total - done)}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
