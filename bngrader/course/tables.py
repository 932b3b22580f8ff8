"""Tables that people open in a spreadsheet: read in whatever form it saves them, written safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..core.errors import GraderError
from ..core.files import write_atomically

MAX_TABLE_BYTES = 16 * 2**20
_BLANK = re.compile(r"\A(?:[ ;,\t]*\r?\n)+")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[ \t]*\r?\n', re.I)
"""The line by which a file tells Excel its separator."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """Return a cell that a spreadsheet does not compute: a `'` goes before `=`, `+`, `-`, `@`.

    >>> safe("=1+1")
    "'=1+1"
    """
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """Return the text of a cell that `safe` has written."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a CSV file, each row as long as the header.

    Commas, semicolons and tabs are recognised, and UTF-8, UTF-16 and Windows-1252.

    Raises:
        GraderError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path} cannot be read ({error.strerror}).") from None
    if len(data) > MAX_TABLE_BYTES:
        raise GraderError(f"{path} is larger than {MAX_TABLE_BYTES // 2**20} MiB.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise GraderError(f"{path} is a spreadsheet; save it as CSV.")
    text = _BLANK.sub("", _decoded(data))
    if named := _SEPARATOR.match(text):
        text, delimiter = text[named.end() :], named[1]
    else:
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise GraderError(f"{path} is no CSV table ({error}).") from None
    if not rows:
        raise GraderError(f"{path} is empty, expected a table with a header.")
    header = rows[0]
    width = len(header)
    return header, [(row + [""] * width)[:width] for row in rows[1:]]


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[:200].count(0) > 20:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def write_table(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV file after RFC 4180, formula-safe, with the mark by which Excel knows UTF-8.

    Raises:
        GraderError: it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([safe(row.get(name, "")) for name in header] for row in rows)
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
