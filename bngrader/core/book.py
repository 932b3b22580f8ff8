"""Where the pages of the book are."""

from __future__ import annotations

import os
import re

from bnlab.kit.formats import PAGES

from .errors import GraderError


def book_address(address: str = "") -> str:
    """Return the address of the pages of the book, which BOOK_BASE_URL overrides; "" without one.

    >>> book_address("https://example.org/norms/")
    'https://example.org/norms/book'

    Raises:
        GraderError: if BOOK_BASE_URL is not an address.
    """
    base = os.environ.get("BOOK_BASE_URL", address).rstrip("/")
    if base and not re.fullmatch(r"https?://[^\s()<>\"\\]+", base):
        raise GraderError(
            f"BOOK_BASE_URL is {base!r}, expected an address like https://example.org/book."
        )
    return f"{base}/{PAGES}" if base else ""
