"""Print the built book to one PDF by Chromium: title, contents, outline, tags. `make pdf`"""

from __future__ import annotations

import shutil
import sys
from html import escape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from tqdm import tqdm

from book._ext import about_page
from tools.pdf_binding import Binding

ROOT = Path(__file__).resolve().parents[1]

HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "pdf" / about_page.FILES["PDF"]
TITLE = "Batch Normalization, Measured"
FRONT = Path(__file__).with_name("pdf_front.html")
FRONT_PAGES = 2
MARGIN = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}


def contents() -> list[tuple[str, list[str]]]:
    """Return the captions of the parts with the pages of each, in the order of the book."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())

    def files(entries: list[dict[str, Any]]) -> list[str]:
        return [
            name for each in entries for name in (each["file"], *files(each.get("sections", [])))
        ]

    return [
        ("", [toc["root"]]),
        *((part["caption"], files(part["chapters"])) for part in toc["parts"]),
    ]


def printed(browser: Browser, address: str) -> tuple[str, PdfReader]:
    """Return title and PDF of one page, in light colours, with its fonts loaded."""
    page = browser.new_page(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    page.evaluate("() => document.fonts.ready")
    page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    title = page.locator("h1").first.evaluate("h => h.firstChild.textContent")
    pdf = page.pdf(format="A4", margin=MARGIN, scale=0.8, tagged=True)
    page.close()
    return title.strip(), PdfReader(BytesIO(pdf))


def front(parts: list[tuple[str, list[tuple[str, str, int]]]]) -> str:
    """Title page and contents: for each part its caption, and address, title, page of its files."""
    rows = []
    for caption, files in parts:
        if caption:
            rows.append(f'<tr><th colspan="2" scope="rowgroup">{escape(caption)}</th></tr>')
        for address, title, number in files:
            link = f'<a href="{escape(address)}">{escape(title)}</a>'
            rows.append(f"<tr><td>{link}</td><td>{number}</td></tr>")
    when = f"{about_page.day():%-d %B %Y}"
    return FRONT.read_text("utf-8").format(
        title=escape(TITLE), version=about_page.version(), day=when, rows="\n".join(rows)
    )


def bind(html: Path, parts: list[tuple[str, list[str]]], target: Path) -> int:
    """Print the pages under `html` into one PDF; its number of pages."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("pdf: Chromium not found; run `apt install chromium`.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        files = [(caption, name) for caption, names in parts for name in names]
        done = [
            (caption, (html / f"{name}.html").resolve(), *printed(browser, _address(html, name)))
            for caption, name in tqdm(files, desc="pages", disable=None)
        ]
        pages = FRONT_PAGES
        listed: dict[str, list[tuple[str, str, int]]] = {caption: [] for caption, _ in parts}
        for caption, path, title, reader in done:
            listed[caption].append((path.as_uri(), title, pages + 1))
            pages += len(reader.pages)
        with TemporaryDirectory() as folder:
            sheet = Path(folder, "front.html")
            sheet.write_text(front(list(listed.items())), "utf-8")
            _, first = printed(browser, sheet.as_uri())
        browser.close()
    if len(first.pages) != FRONT_PAGES:
        raise SystemExit(
            f"pdf: title and contents take {len(first.pages)} pages, not {FRONT_PAGES}."
        )
    book = joined(first, done)
    book.write(target)
    return len(book.pages)


def joined(first: PdfReader, done: list[tuple[str, Path, str, PdfReader]]) -> PdfWriter:
    """The printed files in one, with an outline by parts."""
    binding = Binding()
    book = binding.book
    book.add_metadata({"/Title": TITLE, "/Lang": "en"})
    book.root_object[NameObject("/Lang")] = TextStringObject("en")
    binding.append(first, "front")
    book.add_outline_item(title="Contents", page_number=1)
    parents: dict[str, Any] = {}
    for caption, path, title, reader in done:
        number = binding.append(reader, str(path))
        if caption and caption not in parents:
            parents[caption] = book.add_outline_item(title=caption, page_number=number)
        book.add_outline_item(title=title, page_number=number, parent=parents.get(caption))
    return binding.finish()


def _address(html: Path, name: str) -> str:
    return (html / f"{name}.html").as_uri()


def main() -> int:
    """Write the PDF of the book that `make book` has built."""
    if not (HTML / "book" / "index.html").exists():
        print("pdf: no book in _build/html; run `make book`.", file=sys.stderr)
        return 2
    pages = bind(HTML, contents(), TARGET)
    shutil.copyfile(TARGET, HTML / TARGET.name)
    about_page.link_downloads(HTML)
    print(f"{TARGET.relative_to(ROOT)}: {pages} pages, {TARGET.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
