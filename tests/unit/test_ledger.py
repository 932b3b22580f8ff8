"""The ledger: all claims of the four sources, and verdicts that follow from the results."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book import ledger_verdicts, results


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes a results file with one interval in it."""
    monkeypatch.setattr(results, "FOLDER", tmp_path)

    def write(low: float, high: float) -> None:
        (tmp_path / "a_b.json").write_text(
            json.dumps({"results": {"x": {"low": low, "high": high}}})
        )

    return write


def row(**more: object) -> dict:
    words = {"id": "S0-01", "quote": "It helps.", "place": ["1", 1], "evidence": "Seen."}
    kind = "literature" if "verdict" in more else "own measurement"
    return words | {"strength": kind, "scope": "general"} | more


COUNTED = {"S0-29", "S1-01"}  # a count of runs and a count of scales have no interval
RULES = {"right": ["a_b:x.low > 0"], "wrong": ["a_b:x.high < 0"]}


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(1, 2, "right"), (-2, -1, "wrong"), (-1, 1, "undecided")]
)
def test_verdict_follows_from_the_ends_of_the_interval(measured, low, high, verdict):
    measured(low, high)
    assert ledger_verdicts._claim(row(**RULES)).verdict == verdict


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_condition_is_the_comparison_it_reads_as(number, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "value", lambda *_: number)
        assert ledger_verdicts.holds(f"a_b:x.low < {limit!r}") == (number < limit)
        assert ledger_verdicts.holds(f"a_b:x.low >= {limit!r}") == (number >= limit)


@pytest.mark.parametrize("condition", ["a_b:x.low ~ 0", "x.low > 0", "a_b:x.low>0", ""])
def test_condition_of_another_form_is_an_error(condition):
    with pytest.raises(ValueError, match="ledger: condition is"):
        ledger_verdicts.holds(condition)


@pytest.mark.parametrize("more", [{}, {"verdict": "right", **RULES}])
def test_claim_has_one_kind_of_verdict(more):
    with pytest.raises(ValueError, match="no or two verdicts"):
        ledger_verdicts._claim(row(**more))


def test_verdict_is_one_of_the_words():
    with pytest.raises(ValueError, match="verdict of S0-01 is 'true'"):
        ledger_verdicts._claim(row(verdict="true"))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"scope": "everywhere", **RULES}, "scope of S0-01 is 'everywhere'"),
        ({"strength": "literature", **RULES}, "strength of S0-01 is 'literature'"),
        ({"strength": "own measurement", "verdict": "right"}, "strength of S0-01 is 'own"),
    ],
)
def test_evidence_is_of_a_known_kind_that_fits_the_verdict(measured, more, named):
    measured(1, 2)
    with pytest.raises(ValueError, match=named):
        ledger_verdicts._claim(row(**more))


def test_every_claim_of_every_source_is_there_once_and_in_order():
    claims = ledger_verdicts.claims()
    ids = [claim.id for claim in claims]
    assert Counter(name.partition("-")[0] for name in ids) == {
        "S0": 35,
        "S1": 37,
        "S2": 31,
        "S3": 17,
    }
    assert len(set(ids)) == len(ids)
    places = [(claim.id[:2], *claim.place) for claim in claims]
    sections = [place[:2] for place in places]
    assert len(list(groupby(sections))) == len(set(sections))
    for _, rows in groupby(places, key=lambda place: place[:2]):
        paragraphs = [paragraph for *_, paragraph in rows]
        assert paragraphs == sorted(paragraphs)


def test_parts_of_a_sentence_are_neither_alone_nor_beside_the_whole():
    ids = {claim.id for claim in ledger_verdicts.claims()}
    for part in filter(str.isalpha, (name[-1] for name in ids)):
        assert part.islower()
    wholes = Counter(name[:5] for name in ids if name[5:])
    assert min(wholes.values()) >= 2
    assert not set(wholes) & ids


def test_number_of_a_claim_can_be_printed_in_its_format():
    for claim in ledger_verdicts.claims():
        for part in claim.evidence.split("{result}`")[1:]:
            assert results.formatted(part.partition("`")[0]), claim.id


def test_claim_is_in_the_words_of_its_source():
    for claim in ledger_verdicts.claims():
        assert len(claim.quote) > 14, claim.id
        assert "{" not in claim.quote or claim.quote[0] in "$`" or "_{" in claim.quote


def test_claim_shows_its_number_or_what_was_read():
    for claim in ledger_verdicts.claims():
        if claim.files:
            shown = {part.partition(":")[0] for part in claim.evidence.split("{result}`")[1:]}
            named = shown | {"why_sources"}  # whether a line can be read is no number to show
            assert set(claim.files) <= named, claim.id
        assert len(claim.evidence) > 20, claim.id


def test_verdict_undecided_is_typed_only_where_there_is_no_evidence():
    for claim in ledger_verdicts.claims():
        if not claim.files:
            assert (claim.verdict == "undecided") == (claim.strength == "none"), claim.id


def test_measured_verdict_rests_on_an_interval_or_on_arithmetic():
    rows = tomllib.loads(ledger_verdicts.FILE.read_text("utf8"))["claim"]
    ends = ("low", "high")
    for row_ in (row_ for row_ in rows if row_["strength"] == "own measurement"):
        conditions = [each for kind in ledger_verdicts.MEASURED for each in row_.get(kind, ())]
        keys = {each.split()[0].rpartition(".")[2] for each in conditions}
        assert any(key.endswith(ends) for key in keys) or row_["id"] in COUNTED, row_["id"]
