"""Text for a terminal or a page: names that learners chose, counts."""

import re

MAX_NAME = 120


def printable(text: str) -> str:
    """Return a text of at most 120 characters without control and direction characters."""
    return "".join(c if c.isprintable() else "?" for c in text)[:MAX_NAME]


def count(number: int, what: str) -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def inert(text: str) -> str:
    """Return a text as a Markdown code block, so that markup and scripts in it have no effect."""
    lines = ["".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()]
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def _backticks(line: str) -> list[str]:
    """Return the runs of backticks in a line."""
    return [run for run in "".join(c if c == "`" else " " for c in line).split() if run]


def unquoted_key(text: str, fault: str) -> str:
    """Return what to do if the line at fault in a TOML file begins with a name without quotes.

    >>> unquoted_key("ada@x.org = 1", "Expected '=' (at line 1, column 4)")
    ' Write the name in quotes: "ada@x.org" = ...'
    """
    place = re.search(r"at line (\d+)", fault)
    line = text.splitlines()[int(place[1]) - 1 :][:1] if place else []
    name = line[0].partition("=")[0].strip() if line and "=" in line[0] else ""
    bare = re.fullmatch(r"[^\s\"'#\[{][^\"'#]*", name) and not re.fullmatch(r"[\w.-]*", name, re.A)
    return f' Write the name in quotes: "{printable(name)}" = ...' if bare else ""
