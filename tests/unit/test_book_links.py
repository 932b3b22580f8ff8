"""Links to the book: at the address of the handout, or in the learner's folder."""

import json
import threading
import urllib.request

import pytest

from bnlab.kit.course import task
from bnlab.kit.feedback import book_links
from bnlab.kit.feedback.fingerprints import KnownMistake
from bnlab.kit.feedback.result import Check
from bnlab.kit.feedback.task_check import TaskCheck
from bnlab.kit.testing.properties import Outcome, Property


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's folder with a book in it."""
    monkeypatch.setattr(book_links, "home", lambda: tmp_path)
    for name in (*book_links.REMOTE_KERNEL_VARIABLES, "BNLAB_BOOK"):
        monkeypatch.delenv(name, raising=False)
    for name in ("02_moments.html", "theme.css"):
        path = tmp_path / "book" / "book" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.txt").write_text("x")
    return tmp_path


def read(link):
    with urllib.request.urlopen(link, timeout=10) as reply:
        return reply.read().decode()


def test_address_starts_no_server_and_neither_does_the_display_of_a_check(folder):
    page = "02_moments.html"
    threads = threading.active_count()
    failed = Outcome(Property("batch_moments", "a property", "a", None), "is wrong.", "odd")
    hints = (KnownMistake("name", "A hint.", page),)
    shown = Check([TaskCheck(task("batch_moments"), (failed,), hints=hints)])
    assert "<a " not in shown._repr_html_()
    assert book_links.address(page) == ""
    assert threading.active_count() == threads
    link = book_links.chapter("moments").link
    assert f'<a href="{link}">{page}</a>' in shown._repr_html_()
    assert threading.active_count() == threads + 1
    assert book_links.chapter("moments").link == link
    assert threading.active_count() == threads + 1


def test_chapter_serves_the_book_of_the_handout_on_this_machine(folder):
    link = book_links.chapter("moments").link
    assert link.startswith("http://127.0.0.1:")
    assert read(link) == "02_moments.html"
    assert read(link.replace("02_moments.html", "theme.css")) == "theme.css"
    assert book_links.address("02_moments.html#moments-biased") == f"{link}#moments-biased"


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/%2e%2e/secret.txt"])
def test_the_server_gives_no_file_outside_the_book(folder, path):
    link = book_links.chapter("moments").link
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(link.replace("02_moments.html", path))


def test_the_server_prints_nothing(folder, capsys):
    read(book_links.chapter("moments").link)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", book_links.REMOTE_KERNEL_VARIABLES)
def test_chapter_serves_no_book_if_the_browser_is_on_another_machine(folder, monkeypatch, name):
    monkeypatch.setenv(name, "x")
    assert book_links.chapter("moments") is None
    monkeypatch.setenv("BNLAB_BOOK", "https://example.org/b")
    assert book_links.chapter("moments").link == "https://example.org/b/02_moments.html"


def test_the_first_cell_of_a_unit_with_tasks_links_to_the_house_rules(folder):
    assert "house rules" not in book_links.chapter("moments")._repr_html_()  # not in this book
    (folder / "book" / "book" / "how_to.html").write_text("how_to.html")
    shown = book_links.chapter("moments")
    assert read(shown.rules.partition("#")[0]) == "how_to.html"
    assert f'<a href="{shown.rules}" target="_blank">the house rules' in shown._repr_html_()
    assert shown.rules in repr(shown)
    (folder / "book" / "book" / "11_why.html").write_text("11_why.html")
    assert book_links.chapter("why").rules == ""


def test_chapter_is_none_without_a_book(folder):
    assert book_links.chapter("forward") is None
    assert book_links.address("03_forward.html#forward-order") == ""


def test_chapter_links_to_the_address_in_the_manifest_of_the_handout(folder, monkeypatch):
    kit = folder / "kit"
    kit.mkdir()
    (kit / "handout.json").write_text(json.dumps({"book": "https://example.org/b/book"}))
    monkeypatch.setattr(book_links, "__file__", str(kit / "feedback" / "book_links.py"))
    shown = book_links.chapter("moments")
    assert 'href="https://example.org/b/book/02_moments.html"' in shown._repr_html_()
    assert "https://example.org/b/book/02_moments.html" in repr(shown)


def test_chapter_refuses_an_unknown_unit():
    with pytest.raises(ValueError, match="Expected one of"):
        book_links.chapter("momets")
