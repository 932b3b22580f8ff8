"""Where the book is: at the address that came with the handout, or in it, beside this package.

Jupyter shows an HTML file without its style sheets, and no front end follows a link to `file://`;
so a book on this disk is served to this machine alone, by a thread of the kernel.
"""

from __future__ import annotations

import json
import os
from functools import cache
from html import escape
from pathlib import Path
from threading import Thread

from ..course import unit
from ..local_state import home

PLACES = "book", "_build/html"
"""Where the book is beside `bnlab/`: in a handout, and where it is built."""

PAGES = "book"
"""In the book, the folder of its pages."""

REMOTE_KERNEL_VARIABLES = "JUPYTERHUB_USER", "BINDER_SERVICE_HOST", "COLAB_RELEASE_TAG"
"""Set where the learner's browser runs on another machine than the kernel."""


class Chapter:
    """The way to the chapter of a unit: a link in a notebook, text in a terminal."""

    def __init__(self, title: str, link: str):
        self.title, self.link = title, link

    def __repr__(self) -> str:
        return f"The chapter, {self.title}: {self.link}"

    def _repr_html_(self) -> str:
        link = f'<a href="{escape(self.link)}" target="_blank">{escape(self.title)}</a>'
        return f"<p>The chapter: {link}</p>"


def chapter(name: str) -> Chapter | None:
    """The way to the chapter of a unit; None where there is no book.

    Args:
        name: a unit such as "moments".

    Raises:
        ValueError: where there is no such unit.
    """
    each = unit(name)
    link = address(f"{each.slug}.html")
    return Chapter(each.title, link) if link else None


def address(page: str) -> str:
    """A link to a page such as `02_moments.html#moments-biased`; "" where there is no book."""
    base = os.environ.get("BNLAB_BOOK") or _of_the_handout()
    if base:
        return f"{base.rstrip('/')}/{page}" if base.startswith(("https://", "http://")) else ""
    if any(os.environ.get(name) for name in REMOTE_KERNEL_VARIABLES):
        return ""
    for place in PLACES:
        book = home() / place
        if (book / PAGES / page.partition("#")[0]).is_file():
            try:
                return f"http://127.0.0.1:{_served(book)}/{PAGES}/{page}"
            except OSError:  # no port to be had
                return ""
    return ""


@cache
def _served(book: Path) -> int:
    """The port at which this machine, and no other, reads the files of a folder."""
    # A book is asked for in a notebook only: what a terminal runs does not wait for these.
    from http.server import SimpleHTTPRequestHandler
    from socketserver import ThreadingTCPServer

    class Reader(SimpleHTTPRequestHandler):
        def __init__(self, *args: object):
            super().__init__(*args, directory=str(book))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """A request is no output of the notebook."""

    server = ThreadingTCPServer(("127.0.0.1", 0), Reader)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def _of_the_handout() -> str:
    try:
        manifest = json.loads((Path(__file__).parents[1] / "handout.json").read_text("utf-8"))
        return str(manifest["book"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
