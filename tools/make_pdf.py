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
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, PdfMargins, sync_playwright
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from tqdm import tqdm

from book._ext import about_page
from tools.pdf_binding import Binding, page_of

Part = tuple[str, list[list[str]]]
"""Caption of a part, and its chapters, each with its files."""
Start = tuple[Path, str, int]
"""A file, its title, and the page of its chapter on which it begins, from 0."""

ROOT = Path(__file__).resolve().parents[1]

HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "pdf" / about_page.FILES["PDF"]
TITLE = "Batch Normalization, Measured"
FRONT = Path(__file__).with_name("pdf_front.html")
FRONT_PAGES = 2
JOIN = """pages => {
  const article = document.querySelector("article");
  for (const [name, html] of pages) {
    const part = document.createElement("div");
    part.innerHTML = html;
    for (const element of part.querySelectorAll("[id]")) element.id = `${name}--${element.id}`;
    for (const link of part.querySelectorAll("a[href^='#']")) {
      link.setAttribute("href", `#${name}--${link.getAttribute("href").slice(1)}`);
    }
    const heading = part.querySelector("h1");
    heading.id = name;
    heading.style.setProperty("display", "block", "important");  // the theme prints its own
    article.append(part);
  }
  for (const link of article.querySelectorAll("a[href]")) {
    const [name] = link.pathname.split("/").at(-1).split(".");
    const joined = link.protocol === "file:" && pages.some(([each]) => each === name);
    const anchor = link.hash && `--${link.hash.slice(1)}`;
    if (joined) link.setAttribute("href", `#${name}${anchor}`);
  }
}"""
SCALES = (0.8, 0.79, 0.78, 0.77, 0.81, 0.82)  # the usual one, and what may be tried beside it
MARGIN: PdfMargins = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}


def contents() -> list[Part]:
    """Return the captions of the parts with the chapters of each, in the order of the book.

    A chapter is the list of its files. Those of its sections follow the first without a page break.
    """
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())

    def files(chapter: dict[str, Any]) -> list[str]:
        return [chapter["file"], *(section["file"] for section in chapter.get("sections", []))]

    return [
        ("", [[toc["root"]]]),
        *((part["caption"], [files(each) for each in part["chapters"]]) for part in toc["parts"]),
    ]


def printed(browser: Browser, first: Path, *others: Path) -> tuple[list[Start], PdfReader]:
    """Return where each page begins in the PDF of all, in light colours, with its fonts loaded."""
    page = browser.new_page(color_scheme="light", reduced_motion="reduce")
    page.goto(first.as_uri())
    if others:
        page.evaluate(JOIN, [[path.stem, _article(path)] for path in others])
    page.evaluate("() => document.fonts.ready")
    page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
    titles = [
        page.locator(where).first.evaluate("h => h.innerText").strip(" #\n")
        for where in ("h1", *(f"h1[id='{path.stem}']" for path in others))
    ]
    reader = fitted(page)
    page.close()
    begins = [0, *(page_of(reader, path.stem) for path in others)]
    return list(zip((first, *others), titles, begins, strict=True)), reader


def fitted(page: Page) -> PdfReader:
    """Print a page, in another size if the last sheet would be less than half full.

    A smaller print may save this sheet, and a larger one may fill it.
    """
    prints = (
        PdfReader(BytesIO(page.pdf(format="A4", margin=MARGIN, scale=scale, tagged=True)))
        for scale in SCALES
    )
    first = next(prints)
    most = len(first.pages)

    def good(each: PdfReader) -> bool:
        return len(each.pages) <= most and filled(each.pages[-1]) >= 0.5

    return first if good(first) else next(filter(good, prints), first)


def filled(page: PageObject) -> float:
    """How far down its sheet the text of a page reaches, from 0 to 1."""
    heights = [float(page.mediabox.height)]

    def note(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            heights.append(cm[1] * tm[4] + cm[3] * tm[5] + cm[5])

    page.extract_text(visitor_text=note)
    return 1 - min(heights) / heights[0]


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


def bind(html: Path, parts: list[Part], target: Path) -> int:
    """Print the pages under `html` into one PDF; its number of pages."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("pdf: Chromium not found; run `apt install chromium`.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        chapters = [(caption, files) for caption, each in parts for files in each]
        done = [
            (caption, *printed(browser, *((html / f"{name}.html").resolve() for name in files)))
            for caption, files in tqdm(chapters, desc="chapters", disable=None)
        ]
        pages = FRONT_PAGES
        listed: dict[str, list[tuple[str, str, int]]] = {caption: [] for caption, _ in parts}
        for caption, starts, reader in done:
            for path, title, begin in starts:
                listed[caption].append((path.as_uri(), title, pages + begin + 1))
            pages += len(reader.pages)
        with TemporaryDirectory() as folder:
            sheet = Path(folder, "front.html")
            sheet.write_text(front(list(listed.items())), "utf-8")
            _, first = printed(browser, sheet)
        browser.close()
    if len(first.pages) != FRONT_PAGES:
        raise SystemExit(
            f"pdf: title and contents take {len(first.pages)} pages, not {FRONT_PAGES}."
        )
    book = joined(first, done)
    book.write(target)
    return len(book.pages)


def joined(first: PdfReader, done: list[tuple[str, list[Start], PdfReader]]) -> PdfWriter:
    """The printed files in one, with an outline by parts."""
    binding = Binding()
    book = binding.book
    book.add_metadata({"/Title": TITLE, "/Lang": "en"})
    book.root_object[NameObject("/Lang")] = TextStringObject("en")
    binding.append(first, ["front"])
    book.add_outline_item(title="Contents", page_number=1)
    parents: dict[str, Any] = {}
    for caption, starts, reader in done:
        number = binding.append(reader, [str(path) for path, *_ in starts])
        if caption and caption not in parents:
            parents[caption] = book.add_outline_item(title=caption, page_number=number)
        for _, title, begin in starts:
            page = number + begin
            book.add_outline_item(title=title, page_number=page, parent=parents.get(caption))
    return binding.finish()


def _article(path: Path) -> str:
    article = BeautifulSoup(path.read_text("utf-8"), "html.parser").article
    if article is None:
        raise SystemExit(f"pdf: {path} has no article; run `make book`.")
    return article.decode_contents()


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
