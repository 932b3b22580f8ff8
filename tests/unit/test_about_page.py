"""Below each page: version, date, citation, report, downloads."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from book._ext import about_page


def test_date_of_the_text_is_that_of_the_commit_or_the_one_that_is_set(monkeypatch, tmp_path):
    assert date(2026, 1, 1) <= about_page.day() <= date.today()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert about_page.day() == date(1970, 1, 2)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setattr(about_page, "ROOT", tmp_path)  # no repository: an unpacked handout
    assert (date.today() - about_page.day()).days <= 1


@pytest.mark.parametrize("address", ["", "https://example.org/book/07_layer.html"])
def test_citation_has_title_version_date_and_the_address_if_there_is_one(address):
    entry = about_page.citation("book/07_layer", "Layer", address, date(2026, 11, 8), "1.2")
    assert entry.startswith("@incollection{bnlab-07-layer,\n")
    assert "  title = {Layer},\n" in entry
    assert "  note = {Version 1.2, 8 November 2026},\n" in entry
    assert ("url" in entry) == bool(address)
    assert entry.count("{") == entry.count("}")


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("https://github.com/me/course.git", "/me/course/issues/new"),
        ("https://gitlab.com/me/course/", "/me/course/-/issues/new"),
    ],
)
def test_report_opens_an_issue_that_names_page_and_version(repository, path):
    address = urlsplit(about_page.report(repository, "“Layer” & more, version 1.2"))
    assert address.path == path
    assert all("“Layer” & more, version 1.2" in text for [text] in parse_qs(address.query).values())


def test_book_without_a_repository_has_no_address_for_reports():
    assert about_page.report("", "“Layer”") == ""


def test_files_are_linked_when_they_lie_beside_the_pages(tmp_path):
    (tmp_path / "book").mkdir()
    page = tmp_path / "book" / "07_layer.html"
    page.write_text(f"<p>{about_page.downloads(tmp_path, '../')}</p>")
    assert page.read_text() == '<p><span class="downloads"></span></p>'
    (tmp_path / about_page.FILES["PDF"]).touch()
    for _ in range(2):
        about_page.link_downloads(tmp_path)
    link = '<a href="../batch-normalization-measured.pdf">PDF</a>'
    assert page.read_text() == f'<p><span class="downloads">{link}</span></p>'
