"""What a page weighs: all that Chromium asks a compressing server for, as the bytes it gets."""

from __future__ import annotations

import functools
import gzip
import http.server
import mimetypes
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from tests.e2e.test_pages_in_chromium import NAMES, ready
from tests.helpers.browser import PHONE, chromium, page

LIMIT = {"without formulas": 350_000, "with formulas": 500_000}
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}  # what servers compress


@functools.cache
def body(path: Path) -> bytes:
    """What a server sends of a file; the scripts that all pages share are compressed once."""
    plain = path.read_bytes()
    return gzip.compress(plain, 6, mtime=0) if path.suffix in COMPRESSED else plain


@pytest.fixture(scope="module")
def address(book_html: Path) -> Iterator[str]:
    """Address of a server that compresses."""

    class Compressing(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            if not path.is_file():
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "text/plain")
            if path.suffix in COMPRESSED:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body(path))))
            self.end_headers()
            self.wfile.write(body(path))

    handler = functools.partial(Compressing, directory=str(book_html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def weights(browser: Browser, address: str) -> dict[str, int]:
    """Bytes of each answer to a page that is opened with an empty cache, by its address."""
    with page(browser, PHONE, "light") as (tab, _):
        answers = []
        tab.on("response", lambda each: answers.append(each))
        ready(tab, address)
        tab.wait_for_load_state("networkidle")
        return {each.url: int(each.headers.get("content-length", 0)) for each in answers}


@pytest.mark.parametrize("name", NAMES)
def test_page_keeps_its_budget_of_bytes(
    name: str, address: str, book_html: Path, browser: Browser
) -> None:
    text = (book_html / f"{name}.html").read_text("utf8")
    formulas = BeautifulSoup(text, "html.parser").find(class_="math") is not None
    found = weights(browser, f"{address}/{name}.html")
    assert any("formulas.css" in url for url in found) == formulas
    assert not [url for url in found if ".woff" in url], "an icon is not drawn but set in a font"
    assert sum(found.values()) > 100_000  # style and scripts of the theme: the count counts
    heaviest = sorted(found.items(), key=lambda item: -item[1])[:5]
    limit = LIMIT["with formulas" if formulas else "without formulas"]
    assert sum(found.values()) < limit, heaviest
