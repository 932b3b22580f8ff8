"""The English of the chapters: checks of proselint, and the rules of `book/style.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from proselint.checks import __register__
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

BOOK = Path(__file__).parents[2] / "book"
RULES = tomllib.loads((BOOK / "style.toml").read_text("utf-8"))
CHAPTERS = sorted(
    path
    for path in BOOK.glob("*.md")
    if re.match(r"\d\d_|index|notation|methods|symptoms", path.name)
)
ORDER = ["The idea", "The formula", "By hand", "The trap", "What torch and Keras do", "Your turn"]
WITHOUT = {
    "11_why.md": {"By hand"},  # one of its four explanations has the numbers
}
CheckRegistry().register_many(__register__)


def prose(text: str) -> str:
    """The sentences of a page: no code, figures, tables, lists of links; a formula is a letter."""
    text = re.sub(
        r"^(`{3,}|:{3,}(?=\{))(?!\{figure-svg\}|\{interactive-figure\}|\{dropdown\}).*?^\1\s*$",
        "",
        text,
        flags=re.S | re.M,
    )
    # Folded text is read too.
    text = re.sub(r"^:{3,}(?:\{dropdown\})?(.*)$", r"\n\1\n", text, flags=re.M)
    text = re.sub(r"^(`{3,}.*|:part:.*|\(.*\)=)$", "", text, flags=re.M)
    text = re.sub(r"^\|.*$", "", text, flags=re.M)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", "x", text, flags=re.S)
    text = re.sub(r"\{result\}`[^`]*`", "7", text)
    text = re.sub(r"\{cite:[pt]\}`[^`]*`", "Smith", text)
    text = re.sub(r"\{[a-z:]+\}`([^`<]*?)\s*(?:<[^`]*>)?`", r"\1", text)
    text = re.sub(r"`[^`]*`", "code", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\*+", "", text)


def sentences(text: str) -> list[str]:
    """Sentences of a page, without headings."""
    text_only = re.sub(r"^#.*$", "\n", prose(text), flags=re.M)
    parts = [
        part
        for block in re.split(r"\n\s*\n|\n(?=- |\d\. )", text_only)
        for part in re.split(r"(?<=[.?!])\s+", block)
    ]
    return [" ".join(part.split()) for part in parts if part.strip()]


def faults(text: str) -> list[str]:
    """What the book's own rules refuse in a page."""
    plain = " ".join(prose(text).split())
    found = [
        word
        for word in (*RULES["images"], *RULES["phrases"])
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain, re.I)
    ]
    return found + [s for s in sentences(text) if len(s.split()) > RULES["longest"]]


def linted(text: str) -> list[str]:
    """What proselint says of a page."""
    # The first prefix that fits decides, so the book's own come first.
    others = {name: on for name, on in DEFAULT["checks"].items() if name not in RULES["proselint"]}
    config = {"max_errors": 1000, "checks": RULES["proselint"] | others}
    found = LintFile("page.md", prose(text)).lint(config)
    return [f"{each.check_result.check_path}: {each.check_result.message}" for each in found]


def test_rules_find_an_image_a_phrase_a_long_sentence_and_a_cliche() -> None:
    assert faults("Turn the knob.\n") == ["knob"]
    assert faults("Note that the *knobs* are `brake`.\n") == ["note that"]
    assert faults("word " * 46 + "\n") == ["word " * 45 + "word"]
    assert faults("It is short.\n\n| knob | brake |\n") == []
    assert faults(":::{dropdown} A title\nTurn the knob.\n:::\n") == ["knob"]
    assert linted("At the end of the day, it is a very unique layer.\n")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_page_keeps_the_rules_of_style(path: Path) -> None:
    text = path.read_text("utf-8")
    assert faults(text) == []
    assert linted(text) == []


def unclosed(text: str) -> list[str]:
    """The colon fences of a page that are opened and not closed, or closed and not opened."""
    fences: list[str] = []
    for fence, name in re.findall(r"^(:{3,})(.*)$", text, re.M):
        if name:
            fences.append(fence)
        elif fences and fences[-1] == fence:
            fences.pop()
        else:
            return [fence]
    return fences


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_what_is_folded_in_a_page_ends(path: Path) -> None:
    assert unclosed(path.read_text("utf-8")) == []
    assert unclosed("text\n:::\n") == [":::"]
    assert unclosed("::::{tab-set}\n:::{tab-item}\n:::\n") == ["::::"]


@pytest.mark.parametrize(
    "path", [path for path in CHAPTERS if path.name[0].isdigit()], ids=lambda path: path.name
)
def test_chapter_has_its_parts_in_order_and_three_things_to_take_away(path: Path) -> None:
    text = path.read_text("utf-8")
    titles = re.findall(r"^## (.+)$", text, re.M)
    wanted = [title for title in ORDER if title not in WITHOUT.get(path.name, set())]
    found = [next((name for name in wanted if title.startswith(name)), None) for title in titles]
    assert list(dict.fromkeys(filter(None, found))) == wanted
    assert titles[-2:] == ["Take away", "Further reading"]
    away = text.partition("\n## Take away\n")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. ", away, re.M) == ["1", "2", "3"]
    assert "```{example}" in text
    assert "```{figure-svg}" in text or "```{interactive-figure}" in text
