"""Every number in the prose is one that was measured."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from book import results
from book.results import formatted

CHAPTERS = sorted(Path(results.__file__).parent.glob("*.md"))
NOT_PROSE = re.compile(r"\{[a-z:]+\}`[^`]*`|`[^`]*`|\$[^$]*\$")
LOOKS_MEASURED = re.compile(
    r"(?<![\w.,–-])\d+(?:[.,]\d+)?(?:\s?%|\s+points?\b|\s?±|\s+seconds\b)|±\s?\d|\d\.\d+(?=\s+times)"
)
TYPED = {
    "95 %": "the level of every interval",
    "0.2 points": "the margin of a protocol, written before the run",
    "97.5 %": "the quantile that belongs to it",
    "0.1 points": "an example by hand, and the difference that power is asked for",
    "61 %": "what is left of the start after 50 steps: 0.99 to the 50th",
    "37 %": "the same after 100 steps",
    "5 %": "the same after 300 steps, and the level of a test",
    "8 %": "the shift and the zoom of the tutorial's program",
    "98.5 %": "a target that we chose",
}
REFERENCE = re.compile(r"\{result\}`([^`]+)`")


def references() -> list[str]:
    """All references to results in the book."""
    return REFERENCE.findall("".join(chapter.read_text("utf8") for chapter in CHAPTERS))


def test_prose_numbers_were_all_measured() -> None:
    assert len(references()) > 50
    for reference in references():
        assert formatted(reference)


def typed(text: str) -> list[str]:
    """Numbers in prose that look like results and are not read from a record.

    A line with a citation may carry the number of its source.
    """
    found, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside and "{cite" not in line and not line.startswith(("|", ":")):
            found += LOOKS_MEASURED.findall(NOT_PROSE.sub("", line))
    return found


def test_prose_has_no_typed_result() -> None:
    found = {number for chapter in CHAPTERS for number in typed(chapter.read_text("utf8"))}
    assert found == set(TYPED)


def test_typed_result_is_found() -> None:
    assert typed("It reached 97.3 % of them.") == ["97.3 %"]
    assert typed("It rose by 0.4 points, ± 0.1.") == ["0.4 points", "± 0"]
    assert typed("It rose by {result}`a_b:c|.1f` points and `x = 3 %`, $4 %$.") == []
    assert typed(":::{dropdown} More\nIt reached 97.3 %.\n:::") == ["97.3 %"]
    assert typed("| 97.3 % |\nAs {cite:t}`he2016` say: 6.61 %.") == []


def test_record_belongs_to_an_experiment_that_exists() -> None:
    for path in results.FOLDER.glob("*.json"):
        record = json.loads(path.read_text("utf8"))
        assert record["claim"] == path.stem
        assert importlib.util.find_spec(f"book.experiments.{path.stem}")
        assert record["provenance"]["command"].endswith(path.stem), "a quick run was kept"


def test_key_of_a_result_may_contain_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    (tmp_path / "a_b.json").write_text('{"results": {"0.1": {"mean": [1.5, -2e-7]}, "0": {}}}')
    assert formatted("a_b:0.1.mean.0|.2f") == "1.50"
    assert results.value("a_b", "0.1.mean.1") == -2e-7


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("nothing_here:a|.2f", "claim is 'nothing_here'"),
        ("moments_bias:4.M.mean|.2f", "missing at 'M'"),
        ("moments_bias:4.N|.2f", "expected one value"),
        ("moments_bias:4.N.mean|.2q", "format of moments_bias:4.N.mean is '.2q'"),
    ],
)
def test_number_that_was_not_measured_is_an_error(reference: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        formatted(reference)
