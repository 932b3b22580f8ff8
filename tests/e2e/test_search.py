"""Search by section: questions as people type them find their section among the first three.

The questions here are those of public threads (of torch, Keras, torchvision, torchcv, RAFT, BiSeNet
and forums); they were written down before the words of the book were looked at. Those of
`search_questions.toml` are titles of further threads, for which more than one section is an answer.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from py_mini_racer import MiniRacer, mini_racer

from tests.helpers.browser import PHONE, chromium, page

SCRIPTS = ("language_data", "minisearch", "search_sections", "search")
QUESTIONS = {
    "freeze": "08_folding#freezing",
    "how to freeze batchnorm when fine-tuning": "08_folding#freezing",
    "frozen batchnorm running mean still changes": "symptoms#a-frozen-layer-moves",
    "eval mode bad accuracy": "symptoms#evaluation-is-worse-than-training",
    "model.eval() gives much worse results than model.train()": (
        "symptoms#evaluation-is-worse-than-training"
    ),
    "load_state_dict": "07_layer#loading-half-a-state",
    "missing key num_batches_tracked": ("symptoms#missing-key-s-in-state-dict-num-batches-tracked"),
    "autocast": "07_layer#half-precision",
    "RMSNorm": "12_variants#transformers-layer-norm-rmsnorm-and-no-norm",
    "why batch size 1 fails": "07_layer#one-value-per-channel",
    "Expected more than 1 value per channel when training": (
        "symptoms#expected-more-than-1-value-per-channel-when-training"
    ),
    "batch norm before or after relu": "10_placement",
    "order of batch normalization and dropout": "09_training#few-images-and-dropout",
    "SyncBatchNorm hangs": "symptoms#syncbatchnorm-hangs",
    "momentum pytorch vs keras": "06_inference#the-two-meanings-of-momentum",
    "fuse conv and bn": "08_folding#how-exact-is-it",
    "gradient accumulation": "07_layer#the-trap-a-batch-in-pieces",
    "running_var nan": "symptoms#the-running-statistics-are-nan-and-training-looks-fine",
    "derive backward pass": "04_backward",
    "bias before batchnorm": "10_placement#where-did-the-bias-go",
    "batch norm vs layer norm transformer": (
        "12_variants#transformers-layer-norm-rmsnorm-and-no-norm"
    ),
    "small batch size group norm": "12_variants#what-was-measured-small-batches",
    "weight decay batchnorm": "11_why#third-explanation-direction-and-length",
    "biased or unbiased variance": "02_moments#divide-by-n-or-by-n-1",
    "export to onnx": "08_folding#exporting",
    "gan discriminator real and fake batches": (
        "symptoms#a-gan-the-discriminator-sees-real-and-fake-batches-apart"
    ),
    "epsilon": "02_moments#what-eps-is-for",
}


THREADS = tomllib.loads(Path(__file__).with_name("search_questions.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine(book_html: Path) -> Iterator[MiniRacer]:
    """What the page of results runs, without a browser."""
    with mini_racer() as one:
        for name in SCRIPTS:
            one.eval((book_html / "_static" / f"{name}.js").read_text("utf-8"))
        yield one


def found(engine: MiniRacer, query: str) -> list[str]:
    """Addresses of the sections, best first, such as `08_folding#freezing`."""
    call = f"JSON.stringify(searchSections({json.dumps(query)}).map(one => one.id))"
    addresses = json.loads(str(engine.eval(call)))
    return [each.removeprefix("book/").replace(".html", "") for each in addresses]


@pytest.mark.parametrize(("question", "section"), QUESTIONS.items())
def test_question_finds_its_section_among_the_first_three(question, section, engine):
    assert section in found(engine, question)[:3]


@pytest.mark.parametrize(("question", "sections"), THREADS.items())
def test_title_of_a_thread_finds_an_answer_among_the_first_three(question, sections, engine):
    assert set(sections) & set(found(engine, question)[:3])


@pytest.mark.parametrize(
    "pair", [("freezing", "freezes"), ("epsilons", "eps"), ("FP16", "autocast")]
)
def test_forms_and_synonyms_of_a_word_find_the_same_section(pair, engine):
    first, second = (found(engine, word)[:3] for word in pair)
    assert set(first) & set(second)


def test_word_that_is_not_in_the_book_finds_nothing(engine):
    assert found(engine, "zygomorphic") == []


def test_every_section_that_is_found_exists(engine, book_html):
    sections = json.loads(str(engine.eval("JSON.stringify(SEARCH.sections)")))
    assert len(sections) > 250
    pages = {}
    for section in sections:
        name, _, anchor = section["at"].partition("#")
        text = pages.setdefault(name, (book_html / name).read_text("utf-8"))
        assert f'id="{anchor}"' in text or not anchor, section["at"]


def test_page_of_results_shows_sections_from_disk(book_html):
    address = f"{(book_html / 'search.html').as_uri()}?q={quote('eval mode <b>accuracy')}"
    with chromium() as browser, page(browser, PHONE, "dark") as (tab, seen):
        tab.goto(address)
        first = tab.locator(".search-sections li").first
        assert "evaluat" in first.inner_text().lower()
        assert first.locator("mark").count() > 0
        first.get_by_role("link").click()
        tab.wait_for_url(re.compile(r"/book/\w+\.html\?open#"))
        assert not seen, seen


def test_result_of_the_search_opens_the_folded_text_in_which_it_was_found(book_html):
    address = f"{(book_html / 'search.html').as_uri()}?q={quote('momentum 0.99 copied into torch')}"
    with chromium() as browser, page(browser, PHONE, "light") as (tab, _):
        tab.goto(address)
        tab.locator(".search-sections a").filter(has_text="Three conventions").click()
        row = tab.get_by_role("row").filter(has_text="0.99 copied into torch")
        row.wait_for(state="visible")
        tab.goto(tab.url.replace("?open", ""))
        assert row.is_hidden()
