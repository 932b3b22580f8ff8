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
        f"cost {figures['cost of a submission in floors']:.2f} times the processor time",
        f"({source['cpu']}, {source['date']};",
    ):
        assert sentence in readme, sentence


def test_the_long_run_kept_its_pace_and_its_memory():
    points = json.loads((ROOT / "benchmarks" / "results" / "grading.json").read_text())
    points = points["results"]["long"]["points"]
    assert points[-1]["done"] >= 4900
    quarter = len(points) // 4
    for what, share in (("worker_mb", 0.05), ("seat_mb", 0.05), ("rate", 0.2)):
        first, last = (
            sum(each[what] for each in part) for part in (points[:quarter], points[-quarter:])
        )
        assert abs(last / first - 1) < share, what
