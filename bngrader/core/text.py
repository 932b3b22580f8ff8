"""Text that learners chose, made safe to print."""

MAX_NAME = 120


def printable(text: str) -> str:
    """Return a text of at most 120 characters without control and direction characters."""
    return "".join(c if c.isprintable() else "?" for c in text)[:MAX_NAME]
