"""What the kit imports: a unit written in NumPy waits for no torch, and torch for few others."""

import subprocess
import sys

from bngrader.core import solutions
from bnlab.kit.course import coded_units
from tests.helpers.learner import bnlab, unpack

EXPECTED_BY_TORCH = ("inference", "variants", "sync")
"""Units written in NumPy whose expected values come from torch: the handout has no answers."""


def test_the_check_of_a_unit_written_in_numpy_imports_torch_for_its_expected_values_alone(tmp_path):
    numpy = [each.name for each in coded_units().values() if each.library == "numpy"]
    names = [name for name in numpy if name not in EXPECTED_BY_TORCH]
    assert len(names) >= 4
    folder = unpack(tmp_path)
    for name in names:
        (folder / "bnlab" / f"{name}.py").write_text(solutions.solved(name))
    # A check takes an error of an import for one of the learner's; the file stays.
    trace = folder / "imported"
    trap = f"open({str(trace)!r}, 'w').close()\nraise AssertionError('torch was imported')\n"
    (folder / "torch.py").write_text(trap)
    wrong = folder / "bnlab" / "scaling.py"
    for change in (lambda text: text, lambda text: text.replace("axis=0", "axis=1")):
        wrong.write_text(change(wrong.read_text()))
        done = bnlab(folder, "check", *names)
        assert "torch was imported" not in done.stdout + done.stderr
        assert done.stderr == ""
        assert not trace.exists()
    assert "scaling" not in names or "failed" in done.stdout
    assert "internal error" in bnlab(folder, "check", "layer").stderr  # the trap works
    assert trace.exists()


def test_a_check_without_torch_says_how_to_install_it(tmp_path):
    folder = unpack(tmp_path)
    missing = "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n"
    (folder / "torch.py").write_text(missing)
    done = bnlab(folder, "check", "channels")
    assert "channel_moments: this Python has no torch: install it with" in done.stdout
    assert done.returncode == 1
    assert done.stderr == ""


def test_remote_ops_portable_imports_few_modules_and_not_sympy():
    code = (
        "import sys, torch; from torch import nn; before = len(sys.modules)\n"
        "from bnlab.kit.testing import remote_ops\n"
        "print(remote_ops.portable(nn.Linear(2, 2), [torch.ones(3, 2)], 'f'))\n"
        "sys.exit(len(sys.modules) - before > 40 or 'sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
