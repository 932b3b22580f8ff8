"""An exception of the learner's code, reduced to what a test and a message need."""

from __future__ import annotations

import builtins
import traceback


class LearnerError(Exception):
    """An exception raised by the learner's code. `type_name` and `line` are safe to show.

    Attributes:
        type_name: the name of the exception class.
        message: the text of the exception. It may quote inputs, so only the learner sees it.
        line: the line of the learner's file at which the exception was raised, if known.
        bases: the names of the classes of Python that it is an instance of, nearest first.
    """

    def __init__(
        self,
        type_name: str,
        message: str = "",
        line: int | None = None,
        bases: tuple[str, ...] = (),
    ):
        super().__init__(f"{type_name}: {message}")
        self.type_name, self.message, self.line = type_name, message, line
        self.bases = bases or (type_name,)

    def is_a(self, name: str) -> bool:
        """Return whether the exception is an instance of a class of Python, such as ValueError."""
        return name in self.bases


def learner_error(error: BaseException, filename: str) -> LearnerError:
    """Return an exception reduced to its type, its text and the line of the learner's file."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == filename:
            line = frame.lineno
    try:
        text = _text(error)[:500]
    except BaseException:  # a learner's __str__ may raise anything
        text = ""
    return LearnerError(type(error).__name__[:80], text, line, builtin_bases(type(error)))


def _text(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "the code ends Python, with exit(), sys.exit() or os._exit(); remove the call"
    # Python adds file and line to the text of a syntax error; the line is reported already.
    return str(error.msg if isinstance(error, SyntaxError) else error)


def builtin_bases(kind: type[BaseException]) -> tuple[str, ...]:
    """Return the names of the exception classes of Python among a class and its bases."""
    names = ((each.__name__, each) for each in kind.__mro__)
    return tuple(name for name, each in names if getattr(builtins, name, None) is each)[:-1]
