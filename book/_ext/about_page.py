"""Below each page: its version, how to cite it and report a mistake, and the files to download.

Reports go to the repository in BOOK_REPOSITORY_URL, if it is set when the book is built. The links
to the PDF and the EPUB appear when `make pdf` and `make epub` have put the files beside the pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
FILES = {
    "PDF": "batch-normalization-measured.pdf",
    "EPUB": "batch-normalization-measured.epub",
}
PLACE = re.compile(r'<span class="downloads">.*?</span>', re.S)


def version() -> str:
    """Version of the course."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def day() -> date:
    """Date of the text: SOURCE_DATE_EPOCH, else the last commit, else today."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC).date()
    command = ["git", "log", "-1", "--format=%cs"]
    try:
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return date.fromisoformat(found.stdout.strip())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return datetime.now(UTC).date()


def citation(name: str, title: str, address: str, when: date, number: str) -> str:
    """BibTeX entry of a page; the address is empty where the book has none."""
    lines = [
        f"@incollection{{bnlab-{Path(name).name.replace('_', '-')},",
        "  author = {{The Batch Normalization Lab}},",
        f"  title = {{{title}}},",
        "  booktitle = {Batch Normalization, Measured},",
        f"  year = {{{when.year}}},",
        f"  note = {{Version {number}, {when:%-d %B %Y}}},",
    ]
    return "\n".join([*lines, *([f"  url = {{{address}}},"] if address else []), "}"])


def report(repository: str, line: str) -> str:
    """Address of a new issue about a page, or nothing where the book has no repository."""
    if not repository:
        return ""
    repository = repository.rstrip("/").removesuffix(".git")
    text = f"{line}\n\nThe sentence, formula or number:\n\nWhat is wrong:\n"
    if "gitlab" in repository:
        asked = {"issue[title]": f"Mistake: {line}", "issue[description]": text}
        return f"{repository}/-/issues/new?{urlencode(asked)}"
    return f"{repository}/issues/new?{urlencode({'title': f'Mistake: {line}', 'body': text})}"


def downloads(pages: Path, up: str) -> str:
    """Links to the files that lie beside the pages; `up` leads from a page to them."""
    links = [
        f'<a href="{up}{file}">{kind}</a>'
        for kind, file in FILES.items()
        if (pages / file).is_file()
    ]
    return f'<span class="downloads">{" ".join(links)}</span>'


def link_downloads(pages: Path) -> None:
    """Renew the links of all pages, after a file was put beside them."""
    for path in pages.rglob("*.html"):
        up = "../" * (len(path.relative_to(pages).parts) - 1)
        old = path.read_text("utf-8")
        if (new := PLACE.sub(downloads(pages, up), old)) != old:
            path.write_text(new, "utf-8")


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Give the template what it shows."""
    context["about"] = None
    if tree is None or app.builder.name != "html":
        return
    number, when = version(), day()
    base = app.config.html_baseurl.rstrip("/")
    title = re.sub(r"<[^>]+>", "", context["title"])
    line = f"“{title}”, version {number} of {when:%-d %B %Y}"
    context["about"] = {
        "version": number,
        "date": when,
        "bibtex": citation(page, title, f"{base}/{page}.html" if base else "", when, number),
        "line": line,
        "report": report(os.environ.get("BOOK_REPOSITORY_URL", ""), line),
        "downloads": downloads(Path(app.outdir), "../" * page.count("/")),
    }


def setup(app: Sphinx) -> None:
    """Connect before the page is written."""
    app.connect("html-page-context", describe)
