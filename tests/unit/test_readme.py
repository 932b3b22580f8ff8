"""The measured numbers that README.md and docs/ print are those of the results files.

A page names the source of a number in a comment behind it, which no renderer shows:

    19.1<!-- grading: results/throughput/one judge on one core -->

`grading` is `benchmarks/results/grading.json`; the rest is the path of a value in it. Of a list the
median counts, of a table of counts their sum. `1000 grading:` multiplies the value by 1000, and
`1/grading:` takes its inverse. `at least: mistakes` compares with a count of files instead. The
value is rounded to as many decimals as the page prints. A dash stands for a number of a file that
does not exist yet.
"""

import json
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
PAGES = [
    ROOT / "README.md",
    ROOT / "exercises" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
MARK = re.compile(
    r"(?P<printed>[^\s|(<>]+)<!-- (?P<factor>1/|1000 )?(?P<file>[\w ]+): (?P<path>.+?) -->"
)
DASH = "–"
COUNTED = {"mistakes": "solutions/mistakes/*/*.py", "attacks": "tests/*/attacks/*.py"}


def marks(text):
    """Return line number, printed text, factor, file and path of each number with a source."""
    return [
        (number, *each.group("printed", "factor", "file", "path"))
        for number, line in enumerate(text.splitlines(), 1)
        for each in MARK.finditer(line)
    ]


def measured(file, path):
    """Return the value that the results file holds under a path, or raise KeyError."""
    source = RESULTS / f"{file}.json"
    if not source.is_file():
        raise KeyError(f"{source.relative_to(ROOT)} not found")
    value = json.loads(source.read_text("utf8"))
    for name in path.split("/"):
        if name not in value:
            raise KeyError(f"{source.relative_to(ROOT)} has no {path!r}")
        value = value[name]
    if isinstance(value, list):
        return statistics.median(value)
    return sum(value.values()) if isinstance(value, dict) else value


def as_printed(value, factor, printed):
    """Return the value in the form in which a page prints it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value).split()[-1]
    value = 1 / value if factor == "1/" else value * (1000 if factor else 1)
    return f"{value:.{len(printed.partition('.')[2])}f}"


def fault(printed, factor, file, path):
    """Return what is wrong with a number, "" where nothing is."""
    if file == "at least":
        count = len([*ROOT.glob(COUNTED[path])])
        return "" if int(printed) <= count else f"{printed} {path}, there are {count}"
    if printed == DASH and not (RESULTS / f"{file}.json").is_file():
        return ""
    try:
        want = as_printed(measured(file, path), factor, printed)
    except KeyError as error:
        return str(error.args[0])
    return "" if printed == want else f"{printed}, {file}.json says {want} ({path})"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_printed_numbers_are_those_of_the_results_files(page):
    faults = [
        f"{page.relative_to(ROOT)}:{number}: {problem}"
        for number, *mark in marks(page.read_text("utf8"))
        if (problem := fault(*mark))
    ]
    assert not faults, "edit these lines:\n" + "\n".join(faults)


def test_tables_of_the_performance_page_have_a_source_for_every_number():
    text = (ROOT / "docs" / "performance.md").read_text("utf8")
    assert len(marks(text)) > 20
    rows = [line for line in text.splitlines() if re.match(r"\| .* \| .*\d", line)]
    assert [row for row in rows if not MARK.search(row)] == []


def test_a_changed_result_names_the_line_to_edit(tmp_path, monkeypatch):
    (tmp_path / "grading.json").write_text('{"rates": [1.0, 2.04, 9.0], "kills": {"a": 2, "b": 3}}')
    monkeypatch.setitem(globals(), "RESULTS", tmp_path)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    text = "one\n2.1<!-- grading: rates --> and 5<!-- grading: kills -->\n490<!-- 1000 1/x: y -->"
    first, second = marks(text)[:2]
    assert first[0] == 2
    assert fault(*first[1:]) == "2.1, grading.json says 2.0 (rates)"
    assert fault(*second[1:]) == ""
    assert fault("0.49", "1/", "grading", "rates") == ""
    assert fault("2040", "1000 ", "grading", "rates") == ""
    assert fault("3", None, "grading", "gone") == "grading.json has no 'gone'"
    assert fault("3", None, "gone", "rates") == "gone.json not found"
    assert fault(DASH, None, "gone", "rates") == ""
    assert fault(DASH, None, "grading", "rates") == "–, grading.json says 2 (rates)"


def test_the_long_run_kept_its_pace_and_its_memory():
    points = json.loads((RESULTS / "long_run.json").read_text())["results"]["points"]
    assert points[-1]["done"] >= 4900
    quarter = len(points) // 4
    memories = {name: 0.05 for name in points[0] if name.endswith("_mb")}
    assert len(memories) == 2
    for what, share in (memories | {"rate": 0.2}).items():
        first, last = (
            sum(each[what] for each in part) for part in (points[:quarter], points[-quarter:])
        )
        assert abs(last / first - 1) < share, what


def test_no_result_names_a_folder_of_the_machine_that_measured_it():
    named = re.compile(r"(?<![\w.])/(?:root|home|Users|tmp)/")
    folders = (RESULTS, ROOT / "book" / "experiments" / "results")
    found = {path.name for each in folders for path in each.glob("*.json")
             if named.search(path.read_text("utf8"))}  # fmt: skip
    assert found == set()
