"""The book is where the handout says, or beside the package, and there it can be read."""

import json
import urllib.request

import pytest

from bnlab.kit.feedback import book_links


@pytest.fixture
def beside(tmp_path, monkeypatch):
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


def test_the_book_of_the_handout_is_read_over_a_link_to_this_machine(beside):
    link = book_links.chapter("moments").link
    assert link.startswith("http://127.0.0.1:")
    assert read(link) == "02_moments.html"
    assert read(link.replace("02_moments.html", "theme.css")) == "theme.css"
    assert book_links.address("02_moments.html#moments-biased") == f"{link}#moments-biased"


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/%2e%2e/secret.txt"])
def test_nothing_beside_the_book_is_read(beside, path):
    link = book_links.chapter("moments").link
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(link.replace("02_moments.html", path))


def test_a_request_says_nothing_in_the_notebook(beside, capsys):
    read(book_links.chapter("moments").link)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", book_links.REMOTE_KERNEL_VARIABLES)
def test_on_a_hub_this_machine_is_not_the_learners(beside, monkeypatch, name):
    monkeypatch.setenv(name, "x")
    assert book_links.chapter("moments") is None
    monkeypatch.setenv("BNLAB_BOOK", "https://example.org/b")
    assert book_links.chapter("moments").link == "https://example.org/b/02_moments.html"


def test_without_a_book_there_is_no_link(beside):
    assert book_links.chapter("forward") is None
    assert book_links.address("03_forward.html#forward-order") == ""


def test_the_address_that_came_with_the_handout_is_taken(beside, monkeypatch):
    kit = beside / "kit"
    kit.mkdir()
    (kit / "handout.json").write_text(json.dumps({"book": "https://example.org/b/book"}))
    monkeypatch.setattr(book_links, "__file__", str(kit / "tutor" / "library.py"))
    shown = book_links.chapter("moments")
    assert 'href="https://example.org/b/book/02_moments.html"' in shown._repr_html_()
    assert "https://example.org/b/book/02_moments.html" in repr(shown)


def test_a_unit_that_is_none_is_refused():
    with pytest.raises(ValueError, match="expected one of"):
        book_links.chapter("momets")
