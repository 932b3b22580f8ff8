"""Print the built book to one PDF with an outline, by Chromium. `make pdf`"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit
from tqdm import tqdm

from book._ext import about_page

ROOT = Path(__file__).resolve().parents[1]

HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "pdf" / about_page.FILES["PDF"]
MARGIN = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}


def contents() -> list[tuple[str, list[str]]]:
    """Return the captions of the parts with the pages of each, in the order of the book."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    parts = [
        (part["caption"], [each["file"] for each in part["chapters"]]) for part in toc["parts"]
    ]
    return [("", [toc["root"]]), *parts]


def printed(browser: Browser, path: Path) -> tuple[str, PdfReader]:
    """Return title and PDF of one page, in light colours, with its fonts loaded."""
    page = browser.new_page(color_scheme="light", reduced_motion="reduce")
    page.goto(path.as_uri())
    page.evaluate("() => document.fonts.ready")
    title = page.locator("article h1").first.evaluate("h => h.firstChild.textContent")
    pdf = page.pdf(format="A4", margin=MARGIN, scale=0.8, tagged=True)
    page.close()
    return title.strip(), PdfReader(BytesIO(pdf))


def bind(html: Path, parts: list[tuple[str, list[str]]], target: Path) -> int:
    """Print the pages under `html` into one PDF; its number of pages."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("pdf: Chromium not found; run `apt install chromium`.")
    book, starts = PdfWriter(), {}
    book.add_metadata({"/Title": "Batch Normalization, Measured", "/Lang": "en"})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        rows = tqdm(total=sum(len(files) for _, files in parts), desc="pages", disable=None)
        for caption, files in parts:
            parent = None
            for file in files:
                title, pages = printed(browser, html / f"{file}.html")
                starts[(html / f"{file}.html").resolve()] = len(book.pages)
                book.append(pages, import_outline=False)
                first = starts[(html / f"{file}.html").resolve()]
                if caption and parent is None:
                    parent = book.add_outline_item(title=caption, page_number=first)
                book.add_outline_item(title=title, page_number=first, parent=parent)
                rows.update()
        rows.close()
        browser.close()
    link_within(book, starts)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.write(target)
    return len(book.pages)


def link_within(book: PdfWriter, starts: dict[Path, int]) -> None:
    """Replace links to files of the book by links to its pages, and drop other links to files."""
    for number, page in enumerate(book.pages):
        for reference in list(page.get("/Annots", [])):
            note = reference.get_object()
            address = urlsplit(str(note.get("/A", {}).get("/URI", "")))
            if address.scheme != "file":
                continue
            page["/Annots"].remove(reference)
            start = starts.get(Path(unquote(address.path)))
            if start is not None:
                link = Link(rect=tuple(note["/Rect"]), target_page_index=start, fit=Fit.fit())
                book.add_annotation(number, link)


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
