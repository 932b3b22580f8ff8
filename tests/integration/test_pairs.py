"""Two mistakes of one task in one module, diagnosed by the check and by the grader."""

import re

from bngrader.authoring.pairs import pairs


def test_pairs_are_counted_for_the_check_and_for_the_grader(judge):
    lines = list(pairs(["moments"], judge, 5))
    sides = [line for line in lines if "pairs of mistakes in one task" in line]
    assert [each.split(":")[0] for each in sides] == ["check", "grader"]
    for each in sides:
        drawn, named, both = map(int, re.findall(r"(\d+) (?:pairs|\()", each)[:3])
        assert drawn == 5
        assert 5 >= named >= 4
        assert both <= named
    unnamed = [line for line in lines if line.startswith("  ")]
    assert all(re.match(r"  (check|grader): \w+: \w+, \w+: \[", line) for line in unnamed)
