"""Text for a terminal or a page: names that learners chose, counts."""

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
