"""What the known mistakes give in the hidden tests, computed once in a run of the tests.

A course computes it with its own secret when a submission first fails a task: a minute of one core
for all units. Tests that do not look at this share one secret and one folder, in all processes.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SECRET = bytes.fromhex("7e57" * 16)

VARIABLE = "BNGRADER_TEST_MISTAKES"
"""The variable with the folder, which the processes of the tests inherit."""


def folder(name="usual limits"):
    """Return the folder of the mistake cache of `SECRET`; each set of limits has its own."""
    if VARIABLE not in os.environ:
        made = tempfile.mkdtemp(prefix="bngrader-mistakes-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ[VARIABLE] = made
    path = Path(os.environ[VARIABLE]) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def share(root):
    """Give a new course `SECRET` and its mistake cache; return its folder."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    secret = root / "secret"
    secret.write_text(f"{SECRET.hex()}\n")
    secret.chmod(0o600)
    (root / "mistakes").symlink_to(folder())
    return root
