"""What the README says of speed is what the benchmark measured."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_figures_of_speed_are_those_of_the_results_file():
    readme = (ROOT / "README.md").read_text("utf8")
    record = json.loads((ROOT / "benchmarks" / "results" / "grading.json").read_text())
    figures, source = record["figures"], record["provenance"]
    for sentence in (
        f"did {figures['times as fast as nbgrader autograde']:.0f} times as many",
        f"and {figures['times as fast as otter run']:.0f} times as many",
        f"cost {100 * (figures['isolation over a bare fork'] - 1):.0f} % over a bare fork",
        f"did {figures['two workers over one']:.2f} times the work of one",
        f"({source['cpu']}, {source['date']};",
    ):
        assert sentence in readme, sentence
