"""The book as one PDF: title, contents, outline, tags, links, no path of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from tests.helpers.browser import chromium
from tools import make_pdf

TEACH = next(files for _, part in make_pdf.contents() for files in part if len(files) > 1)[:4]


@pytest.fixture(scope="module")
def pdf(book_html: Path, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    with chromium():
        pass  # skips where there is none
    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    start, first, *_ = make_pdf.contents()
    make_pdf.bind(book_html, [start, (first[0], first[1][:2]), ("For teachers", [TEACH])], target)
    return PdfReader(target)


def words(page: PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_contents_have_every_page_of_the_table_of_contents() -> None:
    named = [name for _, part in make_pdf.contents() for chapter in part for name in chapter]
    chapters = {f"book/{path.stem}" for path in (make_pdf.ROOT / "book").glob("*.md")}
    assert set(named) == chapters


def test_outline_and_contents_name_the_page_on_which_each_chapter_begins(pdf: PdfReader) -> None:
    contents, index, part, chapters, *_ = pdf.outline
    assert (index["/Title"], part["/Title"]) == (make_pdf.TITLE, make_pdf.contents()[1][0])
    assert pdf.get_destination_page_number(contents) == 1
    pages = [pdf.get_destination_page_number(each) for each in (index, *chapters)]
    assert pages[0] == make_pdf.FRONT_PAGES
    assert pages == sorted(set(pages))
    listed = words(pdf.pages[1])
    for chapter, page in zip((index, *chapters), pages, strict=True):
        assert chapter["/Title"] in words(pdf.pages[page])
        assert f"{chapter['/Title']} {page + 1}" in listed


def test_sections_of_a_chapter_follow_it_without_a_page_break(pdf: PdfReader) -> None:
    *_, sections = pdf.outline
    numbers = [pdf.get_destination_page_number(section) for section in sections]
    assert len(sections) == len(TEACH)
    begins = [words(pdf.pages[number]) for number in numbers]
    titles = [section["/Title"] for section in sections]
    assert any(not text.startswith(title) for title, text in zip(titles, begins, strict=True))
    for section, number in zip(sections, numbers, strict=True):
        assert section["/Title"] in words(pdf.pages[number])
        assert f"{section['/Title']} {number + 1}" in words(pdf.pages[1])


@pytest.mark.parametrize(("lines", "pages", "last"), [(62, 1, 62), (70, 2, 61), (120, 2, 61)])
def test_a_few_lines_too_many_make_the_print_smaller_and_not_longer(
    lines: int, pages: int, last: int
) -> None:
    """Of 20 pixels each: 61 lines fit on a sheet in the usual size, 64 in the smallest."""
    text = "".join(f'<div style="height: 20px">line {line}</div>' for line in range(1, lines + 1))
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f'<body style="margin: 0">{text}')
        reader = make_pdf.fitted(page)
    assert len(reader.pages) == pages
    assert words(reader.pages[0]).endswith(f"line {last}")


def test_folded_text_is_printed(pdf: PdfReader) -> None:
    assert any("Standardization needed fewer steps" in words(page) for page in pdf.pages)


def test_title_page_has_version_and_date_and_the_others_their_number(pdf: PdfReader) -> None:
    assert make_pdf.TITLE in words(pdf.pages[0])
    assert "Version" in words(pdf.pages[0])
    for number, page in enumerate(pdf.pages[1:], 2):
        assert page.extract_text().split()[-1].endswith(str(number))


def test_every_page_and_link_has_its_place_in_the_tree_of_tags(pdf: PdfReader) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712, a PDF's own kind of truth
    parents = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    known = dict(zip(parents[::2], parents[1::2], strict=True))
    numbers = {page.indirect_reference.idnum for page in pdf.pages}
    keys = []
    for page in pdf.pages:
        keys.append(page["/StructParents"])
        tags = [tag.get_object() for tag in known[page["/StructParents"]].get_object()]
        assert {tag.raw_get("/Pg").idnum for tag in tags if "/Pg" in tag} <= numbers
        keys += [note.get_object()["/StructParent"] for note in page.get("/Annots", [])]
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(known)


def test_links_lead_to_places_of_the_book_and_none_to_this_machine(pdf: PdfReader) -> None:
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]
    places = [note["/Dest"] for note in notes if "/Dest" in note]
    numbers = {page.indirect_reference.idnum for page in pdf.pages}
    assert len(places) > 10
    assert {place[0].indirect_reference.idnum for place in places} <= numbers
    assert any(place[1] == "/XYZ" for place in places), "a section, not the top of its page"
    assert [note for note in notes if "file:" in str(note.get("/A"))] == []
