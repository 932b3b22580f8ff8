"""Every number in the prose is one that was measured."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from book import results
from book._ext.result import formatted

CHAPTERS = sorted(Path(results.__file__).parent.glob("*.md"))
REFERENCE = re.compile(r"\{result\}`([^`]+)`")


def references() -> list[str]:
    """All references to results in the book."""
    return REFERENCE.findall("".join(chapter.read_text("utf8") for chapter in CHAPTERS))


def test_every_number_in_the_prose_was_measured() -> None:
    assert len(references()) > 50
    for reference in references():
        assert formatted(reference)


def test_every_record_belongs_to_an_experiment_that_exists() -> None:
    for path in results.FOLDER.glob("*.json"):
        record = json.loads(path.read_text("utf8"))
        assert record["claim"] == path.stem
        assert importlib.util.find_spec(f"book.experiments.{path.stem}")
        assert record["provenance"]["command"].endswith(path.stem), "a quick run was kept"


def test_a_key_may_hold_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_number_that_was_not_measured_is_refused(reference: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        formatted(reference)
