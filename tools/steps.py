"""One step of a longer command: it is skipped if its inputs have not changed."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


class StepError(SystemExit):
    """A step failed; its last lines were printed."""


def step(
    what: str,
    command: Sequence[str],
    *,
    inputs: Iterable[str] = (),
    variables: str = "",
    output: Path | None = None,
) -> None:
    """Run a command of the environment, unless `output` exists and `inputs` have not changed.

    Args:
        what: a few words for the screen.
        inputs: glob patterns of the files that the command depends on.
        variables: how the environment variables begin that it depends on; none if empty.
        output: what it makes; a file in `_build/stamps` has a hash of its inputs.

    Raises:
        StepError: where the command fails.
    """
    stamp = ROOT / "_build" / "stamps" / what.replace(" ", "-")
    state = _state(command, inputs, variables)
    if output is not None and output.exists() and stamp.is_file() and stamp.read_text() == state:
        print(f"  {what:<34} up to date", flush=True)
        return
    begun = time.monotonic()
    with Console().status(f"{what} ..."):  # a spinner, if there is a terminal
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True
        )
    if done.returncode:
        print(f"  {what:<34} failed")
        print("\n".join((done.stdout + done.stderr).splitlines()[-40:]), file=sys.stderr)
        raise StepError(f"make: step {what!r} failed; run it alone: {shlex.join(command)}")
    print(f"  {what:<34} {time.monotonic() - begun:6.1f} s", flush=True)
    if output is not None:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)


def _state(command: Sequence[str], inputs: Iterable[str], variables: str) -> str:
    """A hash of the command, of its variables, and of every input's path and bytes."""
    digest = hashlib.sha256("\0".join(command).encode())
    for name, value in sorted(os.environ.items()):
        if variables and name.startswith(variables):
            digest.update(f"\0{name}={value}\0".encode())
    for pattern in inputs:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
