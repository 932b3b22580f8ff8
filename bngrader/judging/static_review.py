"""Reads a learner's file for what a person should look at: evidence, which costs nobody a mark.

What counts is what the code does, and that is seen where it runs. A file that only names
`F.batch_norm` does not call it, and one that hides it well does. So a remark is a line for the
teacher, who decides. The text is taken apart into words and never parsed or run: a file can be
written that brings Python's own parser down.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from functools import cache

from bnlab.kit.course import unit as find_unit

from ..core import solutions

NORMALIZATIONS = {
    *(f"{kind}Norm{axes}d" for kind in ("Batch", "LazyBatch", "Instance") for axes in "123"),
    "GroupNorm", "LayerNorm", "RMSNorm", "SyncBatchNorm", "batch_norm", "group_norm",
    "instance_norm", "layer_norm", "rms_norm", "native_batch_norm", "native_batch_norm_backward",
    "native_group_norm", "native_layer_norm", "batch_norm_stats", "batch_norm_elemt",
    "batch_norm_update_stats", "batch_norm_backward",
}  # fmt: skip
"""What a task that asks for a normalization is not to be done by."""

WHOLE_TASKS = {"fuse_conv_bn_eval", "fuse_linear_bn_eval", "fuse_conv_bn_weights", "update_bn"}
"""Functions of torch that do a whole task of the course; no rule forbids them."""

AUTOGRAD = {"autograd", "backward", "requires_grad", "requires_grad_", "vjp", "jvp"}
"""Words of autograd, in a file that is written in NumPy."""

SUPPLIED = {"__builtins__", "__import__", "compile", "eval", "exec", "open"}
"""Names that Python supplies, which lead out of the file or hide any other."""

MACHINERY = {
    "_C", "_decomp", "_dispatch_library", "_refs", "TorchDispatchMode", "__globals__", "__main__",
    "__subclasses__", "_exit", "_getframe", "_python_dispatch", "b64decode", "ctypes", "f_back",
    "f_locals", "fork", "gc", "glob", "importlib", "linecache", "memfd_create", "mmap",
    "multiprocessing", "ops", "os", "pickle", "ptrace", "resource", "setprofile", "settrace",
    "signal", "socket", "sqlite3", "subprocess", "sys", "threading", "wire",
}  # fmt: skip
"""What reaches for Python or for the grader, where a task needs NumPy or torch."""

MAX_REMARKS = 8


def review(unit: str, source: str) -> tuple[str, ...]:
    """What a person should look at in a file, one sentence each, by line.

    Args:
        unit: what the file was handed in for.
        source: its text; anything may be in it.
    """
    words, ours = _words(unit), _ours(unit)
    own = "\n".join(line for line in source.splitlines() if line not in ours)
    if not _any_of(unit).search(own):  # almost every file ends here
        return ()
    found: dict[str, int] = {}
    for word, line in _names(source):
        if word in words:
            found.setdefault(word, line)
    lines = [
        f"line {line} names {word}: {words[word]}."
        for word, line in sorted(found.items(), key=lambda each: (each[1], each[0]))
    ]
    more = len(lines) - MAX_REMARKS
    return (*lines[:MAX_REMARKS], f"and {more} more.") if more > 0 else tuple(lines)


@cache
def _words(unit: str) -> dict[str, str]:
    """What to look for in the files of a unit, and what each word is."""
    found = find_unit(unit)
    words = dict.fromkeys(MACHINERY | SUPPLIED, "the tasks do not need it")
    words |= dict.fromkeys(WHOLE_TASKS, "torch's own code for the whole task")
    if not found.allows_torch_norms:
        words |= dict.fromkeys(NORMALIZATIONS, "torch's own normalization")
    if found.library == "numpy":
        words |= dict.fromkeys(AUTOGRAD, "autograd, where NumPy is asked for")
    return words


@cache
def _ours(unit: str) -> frozenset[str]:
    """Lines that everybody was given, or may write: what they name is in a text."""
    return frozenset(solutions.solved(unit).splitlines())


@cache
def _any_of(unit: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_words(unit)))})\b")


def _names(source: str) -> Iterator[tuple[str, int]]:
    """Words that lead to something outside the file, with their lines, as far as it can be read.

    These are the words of imports, names after a dot, names that Python supplies, and short
    strings, in which `getattr` may find a name. A task's own function is none of them.
    """
    before, importing, begins = "", False, True
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind, text, line = token.type, token.string, token.start[0]
            if kind in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
                continue
            if kind == tokenize.NEWLINE or text == ";":
                importing, begins = False, True
                continue
            if kind == tokenize.NAME and not keyword.iskeyword(text):
                if text not in SUPPLIED if before == "." else importing or text in SUPPLIED:
                    yield text, line
            elif kind == tokenize.STRING and not begins and len(text) < 60:
                hidden = NORMALIZATIONS | WHOLE_TASKS
                yield from ((word, line) for word in re.findall(r"\w+", text) if word in hidden)
            importing = importing or (begins and text in ("import", "from"))
            before, begins = text, False
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what was found before stands; the file will not be imported either
