"""The book as one PDF: its pages in order, an outline, and no path of the machine that made it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.helpers.browser import chromium
from tools.make_pdf import bind, contents


@pytest.fixture(scope="module")
def pdf(book_html: Path, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    with chromium():
        pass  # skips where there is none
    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    start, first, *_ = contents()
    bind(book_html, [start, (first[0], first[1][:2])], target)
    return PdfReader(target)


def test_outline_has_the_part_and_its_chapters(pdf: PdfReader) -> None:
    index, part, chapters = pdf.outline
    assert (index["/Title"], part["/Title"]) == ("Batch Normalization, Measured", contents()[1][0])
    pages = [pdf.get_destination_page_number(each) for each in (index, *chapters)]
    assert pages[0] == 0
    assert pages == sorted(set(pages))
    for chapter, page in zip(chapters, pages[1:], strict=True):
        text = " ".join(pdf.pages[page].extract_text().split())  # a title may take two lines
        assert chapter["/Title"] in text


def test_links_between_chapters_lead_to_pages_and_none_to_this_machine(pdf: PdfReader) -> None:
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]
    assert sum("/Dest" in note for note in notes) > 0
    assert [note for note in notes if "file:" in str(note.get("/A"))] == []
