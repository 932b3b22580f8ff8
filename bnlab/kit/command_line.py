"""What the commands `bnlab` and `bngrader` share: the parser and the text of a system error."""

from __future__ import annotations

import argparse
import errno
from typing import Any, NoReturn

from .course import did_you_mean

REFUSED = errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT


class Parser(argparse.ArgumentParser):
    """A parser that keeps the line breaks of its texts and reports an error in one line.

    For an unknown command, choice or option, the error suggests a known one.
    """

    def __init__(self, **options: Any):
        # An abbreviation such as `--i` for `--i-trust-these-submissions` would be accepted.
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options
        )

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            name = unknown[0].partition("=")[0]
            self.error(f"{name!r} is unknown{did_you_mean(name, self._option_string_actions)}")
        return options, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(action.choices)
            message = f"{value!r} is unknown{did_you_mean(str(value), known)}"
            raise argparse.ArgumentError(action, f"{message} Expected one of {', '.join(known)}.")

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith((".", "?")) else "."
        self.exit(2, f"{self.prog}: {message}{end} Run `{self.prog} --help` for the usage.\n")


def system_error(error: OSError) -> str:
    """Return what failed and, if a file or folder refuses a change, what to do."""
    where = f"{error.filename}: " if error.filename else ""
    advice = " Make sure that its folder is writable and the disk has space."
    refused = error.errno in REFUSED
    return f"{where}{error.strerror or error}.{advice if refused else ''}"
