"""Build the book as an EPUB 3 that epubcheck finds valid. `make epub`

Sphinx writes pages in the HTML of browsers, drawings without their namespace, and a list of files
that does not say which of them have formulas or drawings; all three are mended here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from book._ext import about_page

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
FOLDER = ROOT / "_build" / "epub"
TARGET = FOLDER / about_page.FILES["EPUB"]
WORK = FOLDER / "work"
CASE = {  # of the names in a drawing, which HTML writes in lower case
    "viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio", "clippath": "clipPath",
    "clippathunits": "clipPathUnits",
}  # fmt: skip
SVG = "http://www.w3.org/2000/svg"
UNKNOWN = ("interactive-*", "claim-filter", "template", "script", "button")
ITEM = re.compile(r'<item ([^>]*?)href="([^"]+\.xhtml)"([^>]*?)\s*/>')


def well_formed(page: str) -> str:
    """XHTML of a page that Sphinx wrote: closed elements, and drawings in their namespace."""
    head, start, body = page.partition("<html")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(start + body, "html.parser")
    for name in UNKNOWN:
        for element in soup.find_all(re.compile(f"^{name.replace('*', '.*')}$")):
            element.decompose()
    for svg in soup.find_all("svg"):
        svg["xmlns"], svg["xmlns:xlink"] = SVG, "http://www.w3.org/1999/xlink"
        for part in [svg, *svg.find_all(True)]:
            part.name = CASE.get(part.name, part.name)
            part.attrs = {CASE.get(name, name): value for name, value in part.attrs.items()}
    for annotation in soup.find_all("annotation"):
        annotation.decompose()  # TeX: a reader would show it beside the formula
    for fold in soup.find_all("details"):
        fold["open"] = "open"  # some readers cannot open it
    for element in soup.select("[role=doc-biblioentry], [role=doc-backlink]"):
        del element["role"]  # roles that ARIA withdrew
    return head + str(soup)


def with_properties(package: str, pages: dict[str, str]) -> str:
    """The list of files, which says of a page whether it has formulas and drawings."""

    def item(found: re.Match[str]) -> str:
        before, name, after = found.groups()
        has = [word for word, tag in (("mathml", "<math"), ("svg", "<svg")) if tag in pages[name]]
        if not has or "properties=" in found[0]:
            return found[0]
        return f'<item {before}href="{name}"{after} properties="{" ".join(has)}"/>'

    return ITEM.sub(item, package)


def mend(source: Path, target: Path) -> None:
    """Write a valid EPUB from Sphinx's."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        files = {name: old.read(name) for name in old.namelist()}
        pages = {
            name: well_formed(content.decode())
            for name, content in files.items()
            if name.endswith(".xhtml") and name != "nav.xhtml"
        }
        package = files["content.opf"].decode()
        texts = {name: content.decode() for name, content in files.items() if name == "nav.xhtml"}
        files["content.opf"] = with_properties(package, pages | texts).encode()
        new.writestr("mimetype", files.pop("mimetype"), zipfile.ZIP_STORED)
        for name, content in files.items():
            new.writestr(name, pages.get(name, content))


def main() -> int:
    """Build the EPUB, and put it beside the pages of the built book."""
    command = [
        Path(sys.executable).with_name("jupyter-book"), "build", ".", "--builder", "custom",
        "--custom-builder", "epub", "--path-output", WORK, "-W", "-n", "--keep-going", "-q",
    ]  # fmt: skip
    shutil.rmtree(WORK / "_build" / "epub", ignore_errors=True)  # Jupyter Book adds a file to it
    built = subprocess.run(command, cwd=ROOT)
    if built.returncode:
        print("epub: the book has warnings, shown above.", file=sys.stderr)
        return built.returncode
    mend(WORK / "_build" / "epub" / TARGET.name, TARGET)
    if HTML.is_dir():
        shutil.copyfile(TARGET, HTML / TARGET.name)
        about_page.link_downloads(HTML)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
