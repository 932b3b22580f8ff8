"""The template repository for GitHub: its workflow runs on real commits, and holds no secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bngrader.authoring.leak_check import check_files
from bngrader.cli.main import main
from bngrader.core import solutions
from bngrader.platforms.repository import WORKFLOW


def git(folder, *words):
    """Runs git without the settings of whoever runs the tests."""
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(
        ["git", *names, *words], cwd=folder, env=environment, check=True, capture_output=True,
        text=True,
    ).stdout  # fmt: skip


@pytest.fixture
def repository(tmp_path):
    assert main(["release", "--for", "github", "--course", str(tmp_path)]) == 0
    folder = tmp_path / "github"
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Initial commit")
    return folder


def check(folder):
    """Runs the step `Check` of the workflow as a runner does; returns exit code and summary."""
    workflow = yaml.safe_load((folder / WORKFLOW).read_text("utf-8"))
    (step,) = (each for each in workflow["jobs"]["check"]["steps"] if each.get("name") == "Check")
    summary = folder.parent / "summary.md"
    summary.write_text("")
    (folder.parent / "bin").mkdir(exist_ok=True)
    program = folder.parent / "bin" / "bnlab"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bnlab.kit.cli.main "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {"GITHUB_STEP_SUMMARY": str(summary), "PYTHONPATH": str(folder),
                                "PATH": f"{program.parent}:{os.environ['PATH']}"}  # fmt: skip
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert "rror" not in done.stderr, done.stderr
    return done.returncode, summary.read_text("utf-8")


def commit(folder, module):
    (folder / "bnlab" / "moments.py").write_text(module)
    git(folder, "commit", "-qam", "Work")


def test_a_new_repository_passes_and_says_that_nothing_has_changed(repository):
    assert check(repository) == (0, "No module in bnlab/ has changed yet.\n")


def test_the_units_that_have_changed_are_checked(repository):
    commit(repository, solutions.solved("moments"))
    code, summary = check(repository)
    assert code == 0
    assert "batch_moments: 6 of 6 properties hold" in summary
    assert "batch_norm" not in summary
    wrong = next(e for e in solutions.mistakes("moments") if e.name == "unbiased_variance")
    commit(repository, wrong.source)
    code, summary = check(repository)
    assert code == 1
    assert "divided by N - 1" in summary


def test_the_repository_has_what_the_handout_has_and_no_secret(repository):
    files = {name: (repository / name).read_bytes() for name in git(repository, "ls-files").split()}
    check_files(files)
    assert {"exercises/02_moments.ipynb", "bnlab/moments.py", "README.md", WORKFLOW} <= set(files)
    assert not [name for name in files if name.startswith(("solutions", "bngrader"))]


def test_the_workflow_may_only_read_and_uses_actions_of_github_alone(repository):
    workflow = yaml.safe_load((repository / WORKFLOW).read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    used = [each["uses"] for each in workflow["jobs"]["check"]["steps"] if "uses" in each]
    assert all(each.startswith("actions/") for each in used)


def test_a_folder_with_commits_is_not_written_over(repository, capsys):
    course = str(Path(repository).parent)
    assert main(["release", "--for", "github", "--course", course]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_collect_takes_a_clone_of_a_learner(repository, tmp_path, capsys):
    commit(repository, solutions.solved("moments"))
    clones = tmp_path / "batch-norm-submissions" / "batch-norm-ada"
    git(tmp_path, "clone", "-q", str(repository), str(clones))
    other = tmp_path / "batch-norm-submissions" / "batch-norm-bo"
    git(tmp_path, "clone", "-q", str(repository), str(other))
    course = tmp_path / "course"
    main(
        [
            "collect",
            "--from",
            "classroom",
            str(tmp_path / "batch-norm-submissions"),
            "--course",
            str(course),
        ]
    )
    said = capsys.readouterr().out
    assert "0 refused, " in said
    assert "to be named" not in said
    taken = sorted(path.parents[1].relative_to(course / "submitted").as_posix()
                   for path in (course / "submitted").glob("[!.]*/*/bnlab/moments.py"))  # fmt: skip
    assert taken == ["ada/moments", "bo/moments"]
