"""The code blocks of the book: each is one source, is executed, and has its output beside it.

`book/examples/<chapter>/<name>.py` is what the page shows, `<name>.txt` what it printed. A line
`# %% name` begins a part, which a page shows by itself; the parts share their names. A part that
ends in an exception says so: `# %% name raises ValueError`; the output ends with its message. The
page never shows the parts `setup` and `test`: what comes before, and the asserts that say what the
example is to prove.

A source that begins with `# torchrun` runs in two processes, and only the first may print.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import itertools
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("examples")
HEADER = re.compile(r"# %% (\w+)(?: raises (\w+))?")
HIDDEN = ("setup", "test")
TORCHRUN = "# torchrun"
LIBRARIES = ("keras", "flax", "onnx")
"""What an example may import beyond requirements.txt."""

HELP = """\
Execute the code blocks of the book and write what they print beside them.

examples:
  python -m book.code_blocks                           all of them
  python -m book.code_blocks inference/forgotten_eval  one
  python -m book.code_blocks --check                   write nothing; exit with 1 at another output
"""


@dataclass(frozen=True)
class Part:
    """A part of an example.

    Attributes:
        line: line of the file at which the code begins, from 1.
        code: without the header.
        raises: name of the exception that ends the part, or None.
    """

    line: int
    code: str
    raises: str | None


def names() -> list[str]:
    """Return the names of all examples, `<chapter>/<name>`, in order."""
    paths = FOLDER.glob("*/*.py")
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in paths)


def source(name: str) -> Path:
    """Return the file of an example.

    Raises:
        ValueError: there is no such example.
    """
    path = FOLDER / f"{name}.py"
    if not path.is_file():
        raise ValueError(f"example: name is {name!r}, expected a file book/examples/{name}.py.")
    return path


def parts(name: str) -> dict[str, Part]:
    """Return the parts of an example by their names, in order; the name is "" without a header."""
    found, lines = {}, source(name).read_text("utf-8").splitlines()
    begins = [number for number, line in enumerate(lines) if HEADER.fullmatch(line)]
    if begins[:1] != [0]:
        found[""] = (0, begins[0] if begins else len(lines), None)
    for begin, end in itertools.pairwise([*begins, len(lines)]):
        title, raises = HEADER.fullmatch(lines[begin]).groups()
        found[title] = (begin + 1, end, raises)
    return {
        title: Part(begin + 1, "\n".join(lines[begin:end]).strip("\n") + "\n", raises)
        for title, (begin, end, raises) in found.items()
    }


def library(name: str) -> str | None:
    """Return the library of LIBRARIES that an example imports, or None."""
    text = source(name).read_text("utf-8")
    return next((each for each in LIBRARIES if re.search(rf"^import {each}\b", text, re.M)), None)


def is_distributed(name: str) -> bool:
    """Return whether an example runs in two processes."""
    return source(name).read_text("utf-8").startswith(TORCHRUN)


def execute(name: str) -> dict[str, str]:
    """Execute an example and return what each part printed that a page may show.

    Raises:
        ValueError: a part did not end in the way that its header says.
        Exception: what else a part raised.
    """
    if is_distributed(name):
        return {"": _in_two_processes(name)}
    scope: dict[str, object] = {"__name__": "__main__"}
    outputs = {title: _execute(name, part, scope) for title, part in parts(name).items()}
    return {title: text for title, text in outputs.items() if title not in HIDDEN}


def _execute(name: str, part: Part, scope: dict[str, object]) -> str:
    code = compile("\n" * (part.line - 1) + part.code, str(source(name)), "exec")
    printed, message = io.StringIO(), ""
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        # torch 2.13, in torch.export and under torch.fx: not ours to mend.
        warnings.filterwarnings("ignore", category=FutureWarning, module="copyreg")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"torch\.jit")
        try:
            exec(code, scope)
        except Exception as error:
            if type(error).__name__ != part.raises:
                raise
            message = f"{part.raises}: {error}"
    if part.raises and not message:
        raise ValueError(f"{name}: line {part.line} begins a part that did not raise.")
    return "\n".join(line.rstrip() for line in (printed.getvalue() + message).splitlines())


def _in_two_processes(name: str) -> str:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*torchrun, "--nproc-per-node=2", source(name)],
        capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(f"{name}: {done.stderr[-3000:]}")
    return done.stdout.strip()


def output(name: str) -> dict[str, str]:
    """Return the stored output of each part of an example."""
    found, title = {"": []}, ""
    path = source(name).with_suffix(".txt")
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        if match := HEADER.fullmatch(line):
            title = match[1]
        else:
            found.setdefault(title, []).append(line)
    return {title: "\n".join(lines) for title, lines in found.items() if lines}


def as_text(outputs: dict[str, str]) -> str:
    """Return the text of the file for the outputs of an example."""
    shown = {title: text for title, text in outputs.items() if text}
    return "".join(f"# %% {title}\n" * bool(title) + f"{text}\n" for title, text in shown.items())


def differences(name: str) -> tuple[str, str]:
    """Execute an example and return the text of its stored output and that of the new one."""
    return as_text(output(name)), as_text(execute(name))


def main(arguments: Iterable[str] | None = None) -> int:
    """Parse the command line and run; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m book.code_blocks",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="examples; all if none is given")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    os.environ["KERAS_BACKEND"] = "torch"
    missing = {each for each in LIBRARIES if importlib.util.find_spec(each) is None}
    changed = 0
    for name in options.names or names():
        if library(name) in missing:
            print(f"{name}: left out, {library(name)} is not installed.", file=sys.stderr)
            continue
        old, new = differences(name)
        if new != old:
            changed += 1
            print(f"{name}: another output\n- {old!r}\n+ {new!r}")
            if not options.check:
                source(name).with_suffix(".txt").write_text(new, "utf-8")
    return int(options.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
