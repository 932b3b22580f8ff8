"""What the kit imports: a unit written in NumPy waits for no torch, and torch for few others."""

import subprocess
import sys

from bngrader.core import solutions
from bnlab.kit.course import coded_units
from tests.helpers.learner import bnlab, unpack


def test_the_check_of_a_unit_written_in_numpy_never_imports_torch(tmp_path):
    names = [each.name for each in coded_units().values() if each.library == "numpy"]
    assert len(names) >= 5
    folder = unpack(tmp_path)
    for name in names:
        (folder / "bnlab" / f"{name}.py").write_text(solutions.solved(name))
    (folder / "torch.py").write_text("raise AssertionError('torch was imported')\n")
    wrong = folder / "bnlab" / "scaling.py"
    for change in (lambda text: text, lambda text: text.replace("axis=0", "axis=1")):
        wrong.write_text(change(wrong.read_text()))
        done = bnlab(folder, "check", *names)
        assert "torch was imported" not in done.stdout + done.stderr
        assert done.stderr == ""
    assert "scaling" not in names or "failed" in done.stdout
    assert "internal error" in bnlab(folder, "check", "layer").stderr  # the trap works


def test_remote_ops_portable_imports_few_modules_and_not_sympy():
    code = (
        "import sys, torch; from torch import nn; before = len(sys.modules)\n"
        "from bnlab.kit.testing import remote_ops\n"
        "print(remote_ops.portable(nn.Linear(2, 2), [torch.ones(3, 2)], 'f'))\n"
        "sys.exit(len(sys.modules) - before > 40 or 'sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
