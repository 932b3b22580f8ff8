"""The digest of the grader changes with what can change a mark, and with nothing else."""

import json
import shutil
import subprocess
import sys

import pytest

from bngrader.core.fingerprint import files_that_decide, grader_digest
from bngrader.core.solutions import ROOT

DECIDE = {
    "a tolerance": "bnlab/kit/testing/assertions.py",
    "a deadline": "bngrader/sandbox/limits.py",
    "the system call filter": "bngrader/sandbox/linux/seccomp.py",
    "the judge": "bngrader/judging/judge.py",
    "the diagnosis": "bnlab/kit/diagnosis/diagnose.py",
    "the wire": "bngrader/remote/wire.py",
    "the worker": "bngrader/worker/forbidden_ops.py",
    "how points are split": "bngrader/core/report.py",
    "the hidden tests": "solutions/hidden_tests/test_folding.py",
    "a public check that a hidden test imports": "bnlab/kit/checks/folding.py",
    "a mistake": "solutions/mistakes/folding/*.py",
    "the reference": "solutions/bnlab/folding.py",
    "the reference of an earlier unit, which may be imported": "solutions/bnlab/moments.py",
    "points": "bnlab/kit/course.toml",
}
DO_NOT_DECIDE = {
    "a help text": "bngrader/cli/grade.py",
    "the class report": "bngrader/course/class_report.py",
    "its template": "bngrader/course/report/page.html.j2",
    "the gradebook": "bngrader/gradebook/gradebook.py",
    "the feedback": "bngrader/gradebook/feedback.py",
    "the journal": "bngrader/course/journal.py",
    "the judge pool": "bngrader/grading/pool.py",
    "the release": "bngrader/authoring/release.py",
    "progressive hints": "bnlab/kit/feedback/hints.toml",
    "a public check of another unit": "bnlab/kit/checks/moments.py",
    "the hidden tests of another unit": "solutions/hidden_tests/test_moments.py",
    "the reference of a later unit": "solutions/bnlab/sync.py",
    "a mistake of another unit": "solutions/mistakes/moments/*.py",
    "an accepted solution": "solutions/accepted/folding/*.py",
    "a notebook": "solutions/notebooks/*_folding.md",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the files of the repository that may decide."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("bngrader", "bnlab", "solutions"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def digest(root):
    return grader_digest.__wrapped__("folding", root)


def changed(root, pattern):
    """Whether the digest is another one after a line was added to a file."""
    path = next(iter(sorted(root.glob(pattern))), None)
    assert path, f"{pattern} is gone: name another file here"
    before, content = digest(root), path.read_bytes()
    path.write_bytes(content + b"\n# changed\n")
    try:
        return digest(root) != before
    finally:
        path.write_bytes(content)
        assert digest(root) == before


@pytest.mark.parametrize("what", DECIDE)
def test_digest_changes_with(copy, what):
    assert changed(copy, DECIDE[what])


@pytest.mark.parametrize("what", DO_NOT_DECIDE)
def test_digest_stays_the_same_with_another(copy, what):
    assert not changed(copy, DO_NOT_DECIDE[what])


LOADED = """
import json, sys
from bngrader.core.solutions import ROOT, hidden_tests
import bngrader.judging.judge
hidden_tests("folding")
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
print(json.dumps([name for name in files if name.startswith(str(ROOT))]))
"""


def test_files_that_decide_are_all_that_a_judge_loads():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = set(map(str, files_that_decide("folding")))
    others = {
        name.removeprefix(f"{ROOT}/")
        for name in set(json.loads(done.stdout)) - known
        if "/.venv/" not in name and not name.endswith("__init__.py")
    }
    # What `import bnlab` installs in a learner's notebook; the judge does not use it.
    assert {name for name in others if not name.startswith("bnlab/kit/feedback/")} <= {
        "bnlab/kit/local_state.py", "bnlab/kit/torch_import.py"
    }  # fmt: skip
