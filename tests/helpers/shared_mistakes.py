"""What the known mistakes give in the hidden tests, computed once in a run of the tests.

A course computes it with its own secret when a submission first fails a task: a minute of one core
for all units. Courses of tests that do not look at this share one secret and one folder, and so do
the processes of the tests.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SECRET = "7e57" * 16

VARIABLE = "BNGRADER_TEST_MISTAKES"
"""The variable with the folder, which the processes of the tests inherit."""


def folder(name):
    """Return a folder for the mistake cache of one secret."""
    if VARIABLE not in os.environ:
        made = tempfile.mkdtemp(prefix="bngrader-mistakes-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ[VARIABLE] = made
    path = Path(os.environ[VARIABLE]) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def share(root):
    """Give a new course the common secret and the common mistake cache; return its folder."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    secret = root / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    (root / "mistakes").symlink_to(folder("courses"))
    return root
