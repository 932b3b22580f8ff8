"""What the extension adds to a page: reading time, launch buttons, tags and their picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from matplotlib.image import imread
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace

from book import social_card
from book._ext.launch_buttons import addresses, link
from book._ext.opengraph import description
from book._ext.reading_time import minutes

HANDOUT = {"BOOK_REPOSITORY_URL": "https://github.com/me/course.git"}
SERVICES = {
    "BOOK_BINDER_URL": "https://binder.example.org/",
    "BOOK_COLAB_URL": "https://colab.example.org",
    "BOOK_JUPYTERHUB_URL": "https://hub.example.org",
}
NOTEBOOK = "exercises/01_first.ipynb"


def document(*parts: nodes.Node) -> nodes.document:
    found = new_document("page")
    found += parts
    return found


def words(count: int) -> nodes.paragraph:
    return nodes.paragraph("", "word " * count)


# Reading time


def test_reading_time_counts_words_and_displayed_elements() -> None:
    formula = nodes.math_block("", "x " * 500)
    assert minutes(document(words(1000))) == 10
    assert minutes(document(words(1000), formula, nodes.table("", words(900)))) == 11


def test_reading_time_is_at_least_a_minute() -> None:
    assert minutes(document(words(3))) == 1


# Launch buttons


def test_launch_buttons_need_an_address() -> None:
    assert addresses({}) == addresses(HANDOUT) == addresses(dict.fromkeys(SERVICES, "")) == {}


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("Binder", "https://binder.example.org/v2/gh/me/course/main?urlpath=lab/tree/{}"),
        ("Colab", "https://colab.example.org/github/me/course/blob/main/{}"),
        (
            "JupyterHub",
            "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A//github.com/me/course"
            "&branch=main&urlpath=lab/tree/course/{}",
        ),
    ],
)
def test_launch_link_opens_the_notebook_of_the_repository(service: str, address: str) -> None:
    assert link(service, addresses(HANDOUT | SERVICES), NOTEBOOK) == address.format(NOTEBOOK)


@pytest.mark.parametrize(
    ("repository", "part"),
    [
        ("https://gitlab.com/a/b/course", "gl/a%2Fb%2Fcourse"),
        ("https://git.example.org/course", "git/https%3A%2F%2Fgit.example.org%2Fcourse"),
    ],
)
def test_launch_link_of_binder_takes_any_repository(repository: str, part: str) -> None:
    found = addresses(
        {
            "BOOK_REPOSITORY_URL": repository,
            "BOOK_REPOSITORY_BRANCH": "2027",
            "BOOK_BINDER_URL": "https://b.org",
        }
    )
    wanted = f"https://b.org/v2/{part}/2027?urlpath=lab/tree/{NOTEBOOK}"
    assert link("Binder", found, NOTEBOOK) == wanted


def test_launch_setting_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match="launch: BOOK_REPOSITORY_URL is missing, expected"):
        addresses(SERVICES)
    gitlab = {"BOOK_REPOSITORY_URL": "https://gitlab.com/me/course"}
    with pytest.raises(ConfigError, match=r"is https://gitlab.com/me/course, expected one on gith"):
        addresses(SERVICES | gitlab)


# What a message shows


def test_description_is_the_first_sentences_that_fit() -> None:
    formula = nodes.paragraph("", "", nodes.Text("Let "), nodes.math("", "x"), nodes.Text(" be."))
    text = nodes.paragraph("", f"One sentence.\nIs it two? {'Long ' * 40}.")
    assert description(document(formula, text)) == "One sentence. Is it two?"


def test_social_card_is_a_product_of_its_script(tmp_path, monkeypatch) -> None:
    committed = social_card.FILE.read_bytes()
    monkeypatch.setattr(social_card, "FILE", tmp_path / "social.png")
    social_card.main()
    assert social_card.FILE.read_bytes() == committed
    pixels = imread(social_card.FILE)
    assert pixels.shape[:2] == (630, 1200)
    assert pixels[..., 3].min() == 1, "dark letters on a dark messenger"


# All of it, in a small book


def built(folder: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Path:
    """Folder of a book with one chapter and its exercise, and a chapter without one."""
    for name in (*SERVICES, *HANDOUT, "BOOK_REPOSITORY_BRANCH", "BOOK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (folder / "exercises").mkdir(exist_ok=True)
    (folder / NOTEBOOK).touch()
    (folder / "conf.py").write_text(
        "extensions = ['myst_parser'] + ['book._ext.' + name for name in"
        " ('launch_buttons', 'reading_time', 'opengraph')]\n"
        "html_theme, html_title = 'sphinx_book_theme', 'A book'\nexclude_patterns = ['exercises']\n"
    )
    (folder / "index.md").write_text("# Start\n\n```{toctree}\n01_first\n02_second\n```\n")
    (folder / "01_first.md").write_text('# First\n\nIt says "so". And more.\n')
    (folder / "02_second.md").write_text("# Second\n\nWords.\n")
    out = folder / "out"
    with docutils_namespace():
        app = Sphinx(folder, folder, out, folder / "tree", "html", status=None, warningiserror=True)
        app.build()
    return out


def tags(page: BeautifulSoup) -> dict[str, str]:
    found = page.select("meta[name], meta[property]")
    return {tag.get("name") or tag["property"]: tag["content"] for tag in found}


def test_book_without_addresses_has_its_tags_and_links_to_no_service(tmp_path, monkeypatch) -> None:
    page = BeautifulSoup(
        (built(tmp_path, monkeypatch, {}) / "01_first.html").read_text(), "html.parser"
    )
    assert page.select(".dropdown-launch-buttons") == []
    assert page.select_one("p.reading-time").text == "Reading time: 1\u00a0minute"
    seen = tags(page)
    assert seen["description"] == seen["og:description"] == "It says “so”. And more."
    assert seen["og:title"] == "First"
    assert not {"og:image", "og:url"} & set(seen)
    assert page.select("link[rel=canonical]") == []


def test_chapter_with_an_exercise_can_be_launched_once_the_addresses_are_there(
    tmp_path, monkeypatch
) -> None:
    built(tmp_path, monkeypatch, {})
    out = built(  # again, into the same folder: the pages change, though their sources did not
        tmp_path, monkeypatch, HANDOUT | SERVICES | {"BOOK_BASE_URL": "https://example.org/b/"}
    )
    first, second, start = (
        BeautifulSoup((out / f"{name}.html").read_text(), "html.parser")
        for name in ("01_first", "02_second", "index")
    )
    links = first.select(".dropdown-launch-buttons a")
    assert [re.sub(r"\s", "", each.text) for each in links] == ["Binder", "Colab", "JupyterHub"]
    assert all(each["href"].endswith(NOTEBOOK) for each in links)
    assert second.select(".dropdown-launch-buttons") == start.select(".dropdown-launch-buttons")
    assert tags(first)["og:image"] == "https://example.org/b/_static/social.png"
    assert tags(first)["og:url"] == "https://example.org/b/01_first.html"
    assert first.select_one("link[rel=canonical]")["href"] == tags(first)["og:url"]
