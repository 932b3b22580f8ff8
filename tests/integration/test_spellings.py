"""Mistakes as people type them, written from the task texts before a look at the catalogue."""

import ast
import tomllib
from pathlib import Path

import pytest

import bnlab
from bngrader.core import solutions
from bnlab.kit.feedback import checker
from tests.helpers.bodies import with_bodies

pytestmark = pytest.mark.filterwarnings("ignore")

SPELLINGS = tomllib.loads(Path(__file__).with_name("spellings.toml").read_text("utf8"))["spelling"]
NAMED = 0.9
"""The share that must have a name; the others give results that no known mistake gives."""


def _task(spelling: dict) -> str:
    return spelling.get("task", next(iter(spelling["body"])))


def _missing(unnamed):
    return len(unnamed) / len(SPELLINGS) > 1 - NAMED and unnamed


def test_the_check_names_natural_spellings_of_mistakes(tmp_path, monkeypatch):
    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))
    unnamed = []
    for spelling in SPELLINGS:
        name = spelling["unit"]
        (tmp_path / f"{name}.py").write_text(with_bodies(name, spelling["body"]))
        found = checker.check(_task(spelling)).tasks[0]
        assert not found.passed, (name, spelling["mistake"])
        if not found.hints:
            unnamed.append((name, spelling["mistake"]))
    assert not _missing(unnamed)


def test_the_grader_names_natural_spellings_of_mistakes(judge):
    unnamed = []
    for spelling in SPELLINGS:
        name = spelling["unit"]
        report = judge.judge(name, with_bodies(name, spelling["body"]))
        found = next(each for each in report.tasks if each.task == _task(spelling))
        assert not found.full, (name, spelling["mistake"])
        if not found.mistakes:
            unnamed.append((name, spelling["mistake"]))
    assert not _missing(unnamed)


def test_a_body_that_is_replaced_keeps_the_rest_of_the_module():
    text = with_bodies("moments", {"batch_moments": "return None"})
    assert text.count("return None") == 1
    assert [each.name for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)] == [
        each.name
        for each in ast.parse(solutions.solved("moments")).body
        if isinstance(each, ast.FunctionDef)
    ]
