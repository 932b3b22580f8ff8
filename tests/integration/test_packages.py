"""Tests of the two distributions: what is in a wheel, and what it depends on."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = {".py", ".toml", ".json", ".html", ".j2", ".css", ".js", ".sh", ".yml", ""}
OPTIONAL = {"bngrader": {"distributed"}, "bnlab": {"IPython"}}
"""Imported only where the package is there or its extra is installed."""
PROJECTS = {
    "bngrader": (ROOT / "pyproject.toml", ("bngrader", "bnlab")),
    "bnlab": (ROOT / "exercises" / "pyproject.toml", ("bnlab",)),
}
by_project = pytest.mark.parametrize("name", PROJECTS)


def sources(package):
    """Return the files of a package that its users need, by their path in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): path
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in DATA and "__pycache__" not in path.parts
    }


def imported(package):
    """Return the top-level names that the modules of a package import."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def plain(name):
    """Return the name of a distribution as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@by_project
def test_wheel_holds_every_module_and_data_file(tmp_path, name):
    project, packages = PROJECTS[name]
    folder = tmp_path / "source"
    for package in packages:  # in a copy, because a build leaves files where it runs
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for path in (project, ROOT / "LICENSE", ROOT / "LICENSE-text"):
        shutil.copy(path, folder)
    words = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "-w", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *words, str(folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob(f"{name}-*.whl")
    inside = {each for each in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in each}
    assert inside == {each for package in packages for each in sources(package)}


@by_project
def test_project_depends_on_what_its_packages_import_and_no_more(name):
    project, packages = PROJECTS[name]
    declared = tomllib.loads(project.read_text("utf8"))["project"]["dependencies"]
    declared = {plain(re.match(r"[\w.-]+", each)[0]) for each in declared}
    names = set().union(*map(imported, packages)) - OPTIONAL[name] - set(packages)
    distributions = packages_distributions()
    assert {plain(distributions.get(each, [each])[0]) for each in names} == declared


@by_project
def test_versions_of_both_projects_are_the_same(name):
    version = tomllib.loads(PROJECTS[name][0].read_text("utf8"))["project"]["version"]
    assert version == tomllib.loads(PROJECTS["bngrader"][0].read_text("utf8"))["project"]["version"]


def test_requirements_pin_every_dependency_of_the_grader():
    pinned = {
        plain(line.partition("==")[0])
        for line in (ROOT / "requirements.txt").read_text("utf8").splitlines()
        if "==" in line
    }
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["dependencies"]
    assert {plain(re.match(r"[\w.-]+", each)[0]) for each in declared} <= pinned
