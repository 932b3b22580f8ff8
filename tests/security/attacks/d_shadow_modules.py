"""Ships modules named like the grader's own: numpy.py, torch/, sitecustomize.py, conftest.py.

item: D shadowing modules
kind: files
harm: the grader imports the learner's code instead of NumPy
deserves: everything
control: naive_reader
"""

import subprocess
import sys

SHADOWS = (
    "numpy.py", "torch.py", "sitecustomize.py", "conftest.py", "usercustomize.py", "wire.py",
    "bnlab/__init__.py", "bnlab/kit.py", "bnlab/numpy.py", "bngrader.py", "json.py",
)  # fmt: skip


def build(targets):
    folder = targets.submission()
    for name in SHADOWS:
        (folder / name).write_text(f"open({str(targets.drop / 'imported')!r}, 'w').close()\n")


def naive_reader(targets):
    build(targets)
    folder = targets.submitted / "mallory" / "moments"
    subprocess.run([sys.executable, "-c", "import numpy"], cwd=folder, check=False)
    return targets.harm(None).get("changed")
