"""Text for a terminal or a page: names that learners chose, counts."""

MAX_NAME = 120


def printable(text: str) -> str:
    """Return a text of at most 120 characters without control and direction characters."""
    return "".join(c if c.isprintable() else "?" for c in text)[:MAX_NAME]


def count(number: int, what: str) -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
