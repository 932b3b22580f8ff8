"""Links to the book: at the address in the handout's manifest, or in the learner's folder.

Jupyter shows an HTML file without its style sheets, and its front ends do not follow `file://`
links. Therefore `chapter` starts a server for a book on this disk, in a thread of the kernel; it
listens on 127.0.0.1 only.
"""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from threading import Thread

from ..course import unit
from ..formats import PAGES
from ..local_state import home

HOUSE_RULES = "how_to.html#house-rules"
"""Where the book states the rules that hold for every task."""

PLACES = "book", "_build/html"
"""Folders of the book next to `bnlab/`: in a handout, and in the repository after a build."""

REMOTE_KERNEL_VARIABLES = "JUPYTERHUB_USER", "BINDER_SERVICE_HOST", "COLAB_RELEASE_TAG"
"""Environment variables that are set if the browser runs on another machine than the kernel."""

_ports: dict[Path, int] = {}
"""The port of the server of each book that is served."""


class Chapter:
    """A link to the chapter of a unit: HTML in a notebook, text in a terminal.

    Attributes:
        rules: the address of the house rules, which hold for every task; "" if there are none.
    """

    def __init__(self, title: str, link: str, rules: str = ""):
        self.title, self.link, self.rules = title, link, rules

    def __repr__(self) -> str:
        rules = f"\nThe house rules of every task: {self.rules}" if self.rules else ""
        return f"The chapter, {self.title}: {self.link}{rules}"

    def _repr_html_(self) -> str:
        rules = _link("the house rules of every task", self.rules) if self.rules else ""
        also = f"; {rules}" if rules else ""
        return f"<p>The chapter: {_link(self.title, self.link)}{also}</p>"


def chapter(name: str) -> Chapter | None:
    """Return a link to the chapter of a unit; None if there is no book.

    Start a server for the book if the book is on this disk.

    Args:
        name: a unit such as "moments".

    Raises:
        CourseError: if there is no such unit.
    """
    each = unit(name)
    page = f"{each.slug}.html"
    if not address(page):
        _serve(page)
    link = address(page)
    rules = address(HOUSE_RULES) if each.coded else ""
    return Chapter(each.title, link, rules) if link else None


def _link(text: str, link: str) -> str:
    return f'<a href="{escape(link)}" target="_blank">{escape(text)}</a>'


def address(page: str) -> str:
    """Return the address of a page of the book.

    Args:
        page: such as `02_moments.html#moments-biased`.

    Returns:
        "" if there is no book, or if the book is on this disk and no server runs for it.
    """
    base = _base()
    if base:
        return f"{base.rstrip('/')}/{page}" if base.startswith(("https://", "http://")) else ""
    book = _local_book(page)
    return f"http://127.0.0.1:{_ports[book]}/{PAGES}/{page}" if book in _ports else ""


def place(page: str) -> str:
    """Return where a page of the book can be opened from a terminal.

    That is its address, or the address of its file on this disk. Without a book, it is the name of
    the page.
    """
    if _base():
        return address(page) or page
    book = _local_book(page)
    name, mark, part = page.partition("#")
    return (book / PAGES / name).as_uri() + mark + part if book else page


def front_page() -> str:
    """Return where the front page of the book can be opened from a terminal; "" without a book."""
    return place("index.html") if _base() or _local_book("index.html") else ""


def _base() -> str:
    """Return the address of the pages that the environment or the manifest gives, or ""."""
    try:
        manifest = json.loads((Path(__file__).parents[1] / "handout.json").read_text("utf-8"))
        return os.environ.get("BNLAB_BOOK") or str(manifest["book"])
    except (OSError, ValueError, KeyError, TypeError):
        return os.environ.get("BNLAB_BOOK", "")


def _local_book(page: str) -> Path | None:
    """Return the folder of the book on this disk, if it has the page and the browser is local."""
    if any(os.environ.get(name) for name in REMOTE_KERNEL_VARIABLES):
        return None
    books = (home() / place for place in PLACES)
    return next((each for each in books if (each / PAGES / page.partition("#")[0]).is_file()), None)


def _serve(page: str) -> None:
    """Start the server of the book that has this page, unless an address is set or it runs."""
    book = None if _base() else _local_book(page)
    if book is None or book in _ports:
        return
    # Imported here: commands in a terminal do not need them.
    from http.server import SimpleHTTPRequestHandler
    from socketserver import ThreadingTCPServer

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object):
            super().__init__(*args, directory=str(book))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Print nothing: output of this thread would appear in the notebook."""

    try:
        server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    except OSError:  # no free port
        return
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    _ports[book] = int(server.server_address[1])
