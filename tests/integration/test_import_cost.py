"""The number of modules that the kit adds to a process that has imported torch."""

import subprocess
import sys


def test_remote_ops_portable_imports_few_modules_and_not_sympy():
    code = (
        "import sys, torch; from torch import nn; before = len(sys.modules)\n"
        "from bnlab.kit.testing import remote_ops\n"
        "print(remote_ops.portable(nn.Linear(2, 2), [torch.ones(3, 2)], 'f'))\n"
        "sys.exit(len(sys.modules) - before > 40 or 'sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
