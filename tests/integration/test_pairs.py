"""Two mistakes of one task in one module, diagnosed by the check and by the grader.

Over all units: `bngrader validate-tests --pairs 400`.
"""

import re

from bngrader.authoring.pairs import pairs

UNITS = ["moments", "forward", "inference"]
COUNT = 24
NAMED, BOTH = 0.75, 0.4
"""The shares of these few pairs; over all units more are named."""


def test_of_two_mistakes_the_check_and_the_grader_name_one_and_mostly_both(judge):
    lines = list(pairs(UNITS, judge, COUNT))
    sides = [line for line in lines if "pairs of mistakes in one task" in line]
    assert [each.split(":")[0] for each in sides] == ["check", "grader"]
    for each in sides:
        drawn, named, both = (
            int(re.search(words, each)[1])
            for words in (r"(\d+) pairs", r"one named (\d+)", r"both (\d+)")
        )
        assert drawn == COUNT
        assert named >= NAMED * COUNT, each
        assert both >= BOTH * COUNT, each
    unnamed = [line for line in lines if line.startswith("  ")]
    assert all(re.match(r"  (check|grader): \w+: \w+, \w+: \[", line) for line in unnamed)
