"""The ledger: all claims of the four sources, and verdicts that follow from the results."""

from __future__ import annotations

import json
from collections import Counter
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
    return {"id": "S0-01", "says": "It helps.", "evidence": "Seen."} | more


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


def test_every_claim_of_every_source_is_there_once_and_in_order():
    ids = [claim.id for claim in ledger_verdicts.claims()]
    assert Counter(name.partition("-")[0] for name in ids) == {
        "S0": 25,
        "S1": 31,
        "S2": 24,
        "S3": 15,
    }
    assert ids == sorted(set(ids))


def test_claim_shows_its_number_or_what_was_read():
    for claim in ledger_verdicts.claims():
        if claim.files:
            shown = {part.partition(":")[0] for part in claim.evidence.split("{result}`")[1:]}
            named = shown | {"why_sources"}  # whether a line can be read is no number to show
            assert set(claim.files) <= named, claim.id
        assert len(claim.evidence) > 20, claim.id


def test_verdict_undecided_is_never_typed_by_hand():
    typed = [
        claim.id
        for claim in ledger_verdicts.claims()
        if claim.verdict == "undecided" and not claim.files
    ]
    assert typed == []
