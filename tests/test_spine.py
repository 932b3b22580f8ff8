"""One idea, one stem: every stem has all its parts, and every part does what it is there for."""

import ast
import doctest
import graphlib
import importlib
import subprocess
import sys
import types

import pytest

from bngrader.ground import answers
from bngrader.workshop.matrix import matrix
from bngrader.workshop.release import products
from bngrader.workshop.strip import BEGIN, END
from bnlab.kit.tasks import coded_stem, coded_stems, stem, stems, task
from bnlab.kit.testing.properties import properties

ROOT = answers.ROOT
STEMS = list(stems())
CODED = list(coded_stems())


@pytest.mark.parametrize("name", STEMS)
def test_every_stem_has_all_its_parts(name):
    each = stem(name)
    for path in (
        f"solutions/notebooks/{each.slug}.md",
        f"solutions/questions/{name}.toml",
        f"exercises/{each.slug}.ipynb",
    ):
        assert (ROOT / path).is_file(), f"{path} is missing"
    for path in (
        f"solutions/bnlab/{name}.py",
        f"solutions/hidden/test_{name}.py",
        f"solutions/mistakes/{name}",
        f"solutions/alternatives/{name}",
        f"bnlab/{name}.py",
        f"bnlab/kit/checks/{name}.py",
    ):
        assert (ROOT / path).exists() == each.coded, path


def test_there_are_fourteen_stems_and_two_of_them_have_no_code():
    assert [stem(name).number for name in STEMS] == list(range(1, 15))
    assert [name for name in STEMS if name not in CODED] == ["training", "why"]


@pytest.mark.parametrize("name", CODED)
def test_every_task_has_hidden_tests_public_checks_mistakes_and_alternatives(name):
    public = properties(importlib.import_module(f"bnlab.kit.checks.{name}"))
    for each in stem(name).tasks:
        assert sum(test.task == each.name for test in answers.hidden_tests(name)) >= 3
        assert sum(check.task == each.name for check in public) >= 2
        assert sum(each.name in mistake.loses for mistake in answers.mistakes(name)) >= 2
        function = each.name.rpartition(".")[2]
        styles = [a for a in answers.alternatives(name) if f"def {function}(" in a.body]
        assert len(styles) >= 3, f"{each.name} has {len(styles)} alternatives, expected 3"


def test_every_hint_leads_to_a_paragraph_where_its_chapter_is_written():
    written = {slug.partition("_")[2] for slug in answers.chapter_labels().values()}
    lost = [
        f"{name}/{each.name}: {each.read}"
        for name in STEMS
        for each in answers.mistakes(name)
        if not each.page and each.read.partition("-")[0] in written
    ]
    assert lost == []


def test_there_are_at_least_ninety_mistakes():
    assert sum(len(answers.mistakes(name)) for name in STEMS) >= 90


@pytest.mark.parametrize("name", CODED)
def test_mistakes_lose_what_they_say_and_are_named_and_right_code_loses_nothing(name, judge):
    assert matrix(name, judge).faults == []


def test_products_are_what_their_sources_make_byte_for_byte():
    drifted = [
        name
        for name, content in products().items()
        if not (ROOT / name).is_file() or (ROOT / name).read_bytes() != content
    ]
    assert drifted == [], "run `make exercises`"


@pytest.mark.parametrize("name", CODED)
def test_the_examples_in_the_docstrings_are_true(name):
    module = types.ModuleType(name)
    source = answers.solved(name)
    exec(compile(source, f"{name}.py", "exec"), module.__dict__)
    result = doctest.DocTestRunner(verbose=False)
    count = 0
    for test in doctest.DocTestFinder().find(module, module=False, globs=module.__dict__):
        result.run(test)
        count += len(test.examples)
    assert result.failures == 0
    assert count >= len(stem(name).tasks)


@pytest.mark.parametrize("name", CODED)
def test_an_answer_is_at_most_fifteen_lines(name):
    lines, begun = answers.solved(name).splitlines(), None
    for index, line in enumerate(lines):
        if line.strip() == BEGIN and line.startswith(" "):
            begun = index
        elif line.strip() == END and begun is not None:
            code = [x for x in lines[begun + 1 : index] if x.strip() and x.strip()[0] != "#"]
            assert len(code) <= 15, f"{name}:{begun + 1}"
            begun = None


@pytest.mark.parametrize("name", CODED)
def test_a_stem_imports_no_other_stem_and_not_the_kit(name):
    for node in ast.walk(ast.parse(answers.solved(name))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            assert not any(each.startswith(("bnlab", ".")) for each in names)
            assert getattr(node, "level", 0) == 0


@pytest.mark.parametrize("name", [name for name in STEMS if stem(name).library == "numpy"])
def test_a_numpy_stem_does_not_import_torch(name):
    code = f"import sys, bnlab.{name}, bnlab.kit; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


ROOMS = {
    "bngrader": (("doors",), ("classroom", "workshop"), ("judging",), ("border",), ("ground",)),
    "bnlab/kit": (("desk",), ("tutor",), ("checks",), ("testing", "networks")),
}
"""The rooms of a package, floor by floor from the top; those of one floor are side by side."""


@pytest.mark.parametrize("package", ROOMS)
def test_imports_point_down_and_what_is_run_is_never_imported(package):
    floors = {room: floor for floor, rooms in enumerate(ROOMS[package]) for room in rooms}
    house = ROOT / package
    assert {path.parent.name for path in house.glob("*/__init__.py")} == set(floors)
    for room in floors:
        within: dict[str, set[str]] = {}
        for path in sorted((house / room).glob("*.py")):
            within[path.stem] = set()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.ImportFrom) or node.level == 0:
                    continue
                there, _, module = (node.module or "").partition(".")
                if node.level == 1:
                    names = {there} if there else {alias.name for alias in node.names}
                    within[path.stem] |= names
                else:
                    names = {module} if module else {alias.name for alias in node.names}
                    below = (house / f"{there}.py").is_file() or floors[there] > floors[room]
                    assert below, f"{room}/{path.name} imports {there}"
                assert not names & {"seat", "worker"}, f"{room}/{path.name} imports what is run"
        graphlib.TopologicalSorter(within).prepare()  # raises where imports go in a circle


def test_an_unknown_stem_or_task_is_refused_with_the_known_names():
    with pytest.raises(ValueError, match="name is 'momentum', expected one of scaling, moments"):
        stem("momentum")
    with pytest.raises(ValueError, match=r"name is 'why', expected one of .*folding, placement"):
        coded_stem("why")
    with pytest.raises(ValueError, match=r"BatchNorm\.track"):
        task("batch_moment")
