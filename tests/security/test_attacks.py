"""Tests that every attack fails on every tier, and that it is real without the defence."""

import ast
import importlib
import os
import re
from pathlib import Path

import pytest

from bngrader.sandbox.tiers import SandboxUnavailableError
from tests.security import catalogue, controls, harness
from tools.attacks import TABLE, cell, main

ROOT = Path(__file__).parents[2]
ATTACKS = catalogue.attacks()
by_name = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


def judge_on(tier):
    one = harness.judge_on(tier)
    try:
        assert one.tier == tier
    except SandboxUnavailableError as missing:
        one.close()
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    return one


@pytest.fixture(scope="module", params=harness.TIERS)
def judge(request):
    with judge_on(request.param) as one:
        yield one


@pytest.fixture(scope="module")
def unconfined():
    with judge_on("none") as one:
        yield one


@by_name
def test_attack_fails_and_the_next_submission_passes(judge, attack):
    assert harness.faults(attack, harness.run(attack, judge)) == []


@by_name
def test_attack_is_real_without_the_defence(unconfined, attack):
    assert controls.run_control(attack, unconfined)


# --- what attacks aim at --------------------------------------------------------------------------

MAIN = "bngrader.worker.forkserver"
"""The module that is `__main__` in a child."""


def modules_of(node):
    """Return the names of modules that an expression takes from `sys.modules`."""
    names = [each.value for each in ast.walk(node) if isinstance(getattr(each, "value", None), str)]
    text = ast.unparse(node)
    return [MAIN if each == "__main__" else each for each in names] if "sys.modules" in text else []


def aims(tree):
    """Return (modules, attribute) for each use of modules of ours; one of them must have it.

    The attribute is "" where only the module is named.
    """
    found, bound = [], {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            bound[node.targets[0].id] = modules_of(node.value)
            found.append((modules_of(node.value), ""))
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [([f"{node.module}.{each.name}"], "") for each in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.append((bound.get(node.value.id, []), node.attr))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Subscript):
            found.append((modules_of(node.value), node.attr))
        elif isinstance(node, ast.For):
            found += [([each.value], "") for each in ast.walk(node.iter) if dotted(each)]
    return [
        ([each for each in modules if each.startswith(("bngrader.", "bnlab."))], attribute)
        for modules, attribute in found
    ]


def dotted(node):
    """Return whether a node is a text such as "bnlab.kit.course"."""
    text = getattr(node, "value", None)
    named = isinstance(text, str) and re.fullmatch(r"(bngrader|bnlab)(\.\w+)+", text)
    return bool(named) and not text.endswith(".py")


def exists(name, attribute):
    """Return whether a dotted name is a module or a name in one, and has the attribute."""
    for depth in range(name.count(".") + 1):
        module, *rest = name.rsplit(".", depth) if depth else [name]
        try:
            value = importlib.import_module(module)
        except ImportError:
            continue
        for each in [*rest, *([attribute] if attribute else [])]:
            if not hasattr(value, each):
                return False
            value = getattr(value, each)
        return True
    return False


@by_name
def test_attack_names_modules_and_files_of_ours_that_exist(attack):
    tree = ast.parse(attack.body)
    docstring = ast.get_docstring(tree, clean=False)
    missing = [
        (modules, attribute)
        for modules, attribute in aims(tree)
        if modules and not any(exists(each, attribute) for each in modules)
    ]
    assert missing == []
    code = attack.body.replace(docstring or "", "")
    for path in re.findall(r'"/?((?:bngrader|bnlab|solutions)/[\w./-]+)"', code):
        assert (ROOT / path).exists() or attack.name == "d_shadow_modules", path


def test_aims_finds_modules_names_and_attributes():
    """A name that no longer exists would make an attack harmless without a failing test."""
    text = """
import sys
wire = sys.modules["bngrader.remote.wire"]
wire.NO_SUCH_LIMIT = 1
sys.modules["bngrader.no_such_module"].seen.clear()
for name in ("bnlab.kit.no_such_module",):
    sys.modules[name]
from bngrader.core import no_such_name
"""
    missing = [
        each
        for each in aims(ast.parse(text))
        if each[0] and not any(exists(name, each[1]) for name in each[0])
    ]
    assert (["bngrader.remote.wire"], "NO_SUCH_LIMIT") in missing
    assert (["bngrader.no_such_module"], "seen") in missing
    assert (["bnlab.kit.no_such_module"], "") in missing
    assert any("bngrader.core.no_such_name" in names for names, _ in missing)


# --- the catalogue --------------------------------------------------------------------------------


def test_catalogue_has_attacks_of_every_group():
    assert {attack.item[:1] for attack in ATTACKS} == set("ABCDE")
    assert len(ATTACKS) >= 60
    for attack in ATTACKS:
        assert attack.name[:2] == attack.item[0].lower() + "_"


def test_catalogue_names_a_reason_or_a_witness_where_it_must():
    for attack in ATTACKS:
        assert bool(attack.reason) == (attack.control == "by_design"), attack.name
        assert bool(attack.witness) == (attack.control == "unconfined"), attack.name


def test_table_has_a_good_row_for_every_attack():
    text = TABLE.read_text("utf-8")
    for attack in ATTACKS:
        assert f"| **{attack.name[2:]}**: {cell(attack.title)} |" in text
    assert f"{len(ATTACKS)} of {len(ATTACKS)} attacks fail on every tier" in text


def test_command_runs_one_attack(monkeypatch, capsys):
    monkeypatch.setattr(harness, "TIERS", ("none",))
    assert main(["e_hard_coded_examples"]) == 0
    assert "1 attacks, 0 with faults" in capsys.readouterr().out
