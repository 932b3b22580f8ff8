"""What the book imports: the learner's package, and nothing of the grader or the benchmarks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
FORBIDDEN = {"bngrader", "benchmarks", "tests", "tools"}


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.py")), ids=lambda p: str(p.relative_to(BOOK)))
def test_module_of_the_book_depends_on_no_grader_and_no_benchmark(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    assert found & FORBIDDEN == set()
