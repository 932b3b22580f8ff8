"""Every unit has all its files, and the references keep the rules of the course."""

import ast
import doctest
import importlib
import subprocess
import sys
import types

import pytest

from bngrader.authoring.release import products
from bngrader.authoring.skeleton import BEGIN, END
from bngrader.core import solutions
from bnlab.kit.course import coded_unit, coded_units, task, unit, units
from bnlab.kit.testing.properties import properties
from bnlab.kit.testing.remote_ops import OPERATIONS, Executor

ROOT = solutions.ROOT
UNITS = list(units())
CODED = list(coded_units())


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_has_all_its_files(name):
    each = unit(name)
    for path in (
        f"solutions/notebooks/{each.slug}.md",
        f"solutions/quiz_keys/{name}.toml",
        f"exercises/{each.slug}.ipynb",
    ):
        assert (ROOT / path).is_file(), f"{path} not found"
    for path in (
        f"solutions/bnlab/{name}.py",
        f"solutions/hidden_tests/test_{name}.py",
        f"solutions/mistakes/{name}",
        f"solutions/accepted/{name}",
        f"bnlab/{name}.py",
        f"bnlab/kit/checks/{name}.py",
    ):
        assert (ROOT / path).exists() == each.coded, path


def test_units_are_fourteen_and_two_of_them_have_no_code():
    assert [unit(name).number for name in UNITS] == list(range(1, 15))
    assert [name for name in UNITS if name not in CODED] == ["training", "why"]


@pytest.mark.parametrize("name", CODED)
def test_a_task_has_hidden_tests_public_checks_mistakes_and_accepted_solutions(name):
    public = properties(importlib.import_module(f"bnlab.kit.checks.{name}"))
    for each in unit(name).tasks:
        assert sum(test.task == each.name for test in solutions.hidden_tests(name)) >= 3
        assert sum(check.task == each.name for check in public) >= 2
        assert sum(each.name in mistake.loses for mistake in solutions.mistakes(name)) >= 2
        function = each.name.rpartition(".")[2]
        styles = [a for a in solutions.accepted(name) if f"def {function}(" in a.body]
        assert len(styles) >= 3, f"{each.name} has {len(styles)} accepted solutions, expected 3"


def test_hints_link_to_a_paragraph_of_every_chapter_that_is_written():
    written = {slug.partition("_")[2] for slug in solutions.chapter_labels().values()}
    lost = [
        f"{name}/{each.name}: {each.read}"
        for name in UNITS
        for each in solutions.mistakes(name)
        if not each.page and each.read.partition("-")[0] in written
    ]
    assert lost == []


def test_mistakes_are_at_least_ninety():
    assert sum(len(solutions.mistakes(name)) for name in UNITS) >= 90


def test_products_equal_what_their_sources_generate():
    drifted = [
        name
        for name, content in products().items()
        if not (ROOT / name).is_file() or (ROOT / name).read_bytes() != content
    ]
    assert drifted == [], "generated files differ from their sources; run `make exercises`"


@pytest.mark.parametrize("name", CODED)
def test_references_have_examples_in_their_docstrings_that_are_true(name):
    module = types.ModuleType(name)
    source = solutions.solved(name)
    exec(compile(source, f"{name}.py", "exec"), module.__dict__)
    result = doctest.DocTestRunner(verbose=False)
    count = 0
    for test in doctest.DocTestFinder().find(module, module=False, globs=module.__dict__):
        result.run(test)
        count += len(test.examples)
    assert result.failures == 0
    assert count >= len(unit(name).tasks)


@pytest.mark.parametrize("name", CODED)
def test_references_have_at_most_fifteen_lines_per_region(name):
    lines, begun = solutions.solved(name).splitlines(), None
    for index, line in enumerate(lines):
        if line.strip() == BEGIN and line.startswith(" "):
            begun = index
        elif line.strip() == END and begun is not None:
            code = [x for x in lines[begun + 1 : index] if x.strip() and x.strip()[0] != "#"]
            assert len(code) <= 15, f"{name}:{begun + 1}"
            begun = None


@pytest.mark.parametrize("name", CODED)
def test_references_import_no_other_unit_and_not_the_kit(name):
    for node in ast.walk(ast.parse(solutions.solved(name))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            assert not any(each.startswith(("bnlab", ".")) for each in names)
            assert getattr(node, "level", 0) == 0


@pytest.mark.parametrize("name", [name for name in UNITS if unit(name).library == "numpy"])
def test_numpy_units_do_not_import_torch(name):
    code = f"import sys, bnlab.{name}, bnlab.kit; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_no_task_has_the_name_of_a_remote_operation():
    """A hidden test that calls such a task would call the operation instead."""
    assert all(callable(getattr(Executor, name)) for name in OPERATIONS)
    names = {part for unit_ in CODED for each in unit(unit_).tasks for part in each.name.split(".")}
    assert not names & set(OPERATIONS)


def test_unit_coded_unit_and_task_refuse_an_unknown_name_and_list_the_known_ones():
    with pytest.raises(ValueError, match=r"unit 'momentum' is unknown; .* Expected one of scaling"):
        unit("momentum")
    with pytest.raises(ValueError, match="'why' is a unit without code"):
        coded_unit("why")
    with pytest.raises(ValueError, match=r"BatchNorm\.track"):
        task("batch_moment")
