"""Ships modules named like the grader's own: numpy.py, torch/, sitecustomize.py, conftest.py.

item: D shadowing modules
kind: files
harm: the grader imports the learner's code in the place of NumPy
deserves: everything
control: naive
"""

import subprocess
import sys

SHADOWS = (
    "numpy.py", "torch.py", "sitecustomize.py", "conftest.py", "usercustomize.py", "wire.py",
    "bnlab/__init__.py", "bnlab/kit.py", "bnlab/numpy.py", "bngrader.py", "json.py",
)  # fmt: skip


def build(place):
    folder = place.submission()
    for name in SHADOWS:
        (folder / name).write_text(f"open({str(place.drop / 'imported')!r}, 'w').close()\n")


def naive(place):
    build(place)
    folder = place.submitted / "mallory" / "moments"
    subprocess.run([sys.executable, "-c", "import numpy"], cwd=folder, check=False)
    return place.harm(None).get("changed")
