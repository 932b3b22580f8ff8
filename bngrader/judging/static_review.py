"""The static review: remarks on a learner's file for the teacher, which change no mark.

Marks depend on what the code does when it runs. A file may name `F.batch_norm` without calling it,
and may call it without naming it, so the teacher decides on a remark. The text is split into tokens
and never parsed or executed, because a file can be written that crashes Python's parser; nor by
Python's tokenizer, whose time is quadratic in the length of a line.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
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
"""Normalizations of torch, which a task that asks for one must not use."""

WHOLE_TASKS = {"fuse_conv_bn_eval", "fuse_linear_bn_eval", "fuse_conv_bn_weights", "update_bn"}
"""Functions of torch that solve a whole task of the course; they are not forbidden."""

AUTOGRAD = {"autograd", "backward", "requires_grad", "requires_grad_", "vjp", "jvp"}
"""Names of autograd, which a file in NumPy does not need."""

SUPPLIED = {"__builtins__", "__import__", "compile", "eval", "exec", "open"}
"""Built-in names that give access to files or other code, or can hide any other name."""

MACHINERY = {
    "_C", "_decomp", "_dispatch_library", "_refs", "TorchDispatchMode", "__globals__", "__main__",
    "__subclasses__", "_exit", "_getframe", "_python_dispatch", "b64decode", "ctypes", "f_back",
    "f_locals", "fork", "gc", "glob", "importlib", "linecache", "memfd_create", "mmap",
    "multiprocessing", "ops", "os", "pickle", "ptrace", "resource", "setprofile", "settrace",
    "signal", "socket", "sqlite3", "subprocess", "sys", "threading", "wire",
}  # fmt: skip
"""Names that give access to Python or to the grader, which no task needs."""

MAX_REMARKS = 8


def review(unit: str, source: str) -> tuple[str, ...]:
    """Return the remarks on a file, one sentence each, sorted by line.

    Args:
        unit: the unit of the file.
        source: its text, from an untrusted learner.
    """
    words, ours = _words(unit), _ours(unit)
    own = "\n".join(line for line in source.splitlines() if line not in ours)
    own = own if own.isascii() else re.sub(r"\w+", lambda word: as_name(word[0]), own)
    if not _any_of(unit).search(own):  # true for almost every file
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


def as_name(text: str) -> str:
    """Return a name with the letters by which Python knows it: `ｏｓ` is `os`.

    https://docs.python.org/3.11/reference/lexical_analysis.html#identifiers
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@cache
def _words(unit: str) -> dict[str, str]:
    """Return the words to look for in the files of a unit, each with the reason."""
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
    """Return the lines of the reference, which give no reason for a remark."""
    return frozenset(solutions.solved(unit).splitlines())


@cache
def _any_of(unit: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_words(unit)))})\b")


def _names(source: str) -> Iterator[tuple[str, int]]:
    """Yield the names that may refer to something outside the file, with their lines.

    These are names in imports, names after a dot, built-in names, and words in short strings,
    which `getattr` may use. Names of the file's own functions are not among them.
    """
    before, importing, begins, depth, line = "", False, True, 0, 1
    for token in TOKEN.finditer(re.sub(r"\r\n?", "\n", source)):
        kind, text, at = token.lastgroup, token[0], line
        line += text.count("\n")
        text = as_name(text) if kind == "name" else text
        if text == ";" or (kind == "end" and depth == 0):
            importing, begins = False, True
        if text == ";" or kind in ("end", "blank"):
            continue
        if kind == "name" and not keyword.iskeyword(text):
            if text not in SUPPLIED if before == "." else importing or text in SUPPLIED:
                yield text, at
        elif kind == "string" and not begins and len(text) < 60:
            hidden = NORMALIZATIONS | WHOLE_TASKS
            yield from ((word, at) for word in re.findall(r"\w+", text) if word in hidden)
        depth = max(depth + _DEPTH.get(text, 0), 0)
        importing = importing or (begins and text in ("import", "from"))
        before, begins = text, False


_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
TOKEN = re.compile(
    r"""
    (?P<blank> [\ \t\f\r]++ | \#[^\n]*+ | \\\r?\n )
    | (?P<end> \n )
    | (?P<string> (?:[rRbBuUfF]{1,2})?+ (?:
          \"{3} (?:[^\\"] | \\. | \"(?!\"\"))*+ (?:\"{3})?+
        | '{3} (?:[^\\'] | \\. | '(?!''))*+ (?:'{3})?+
        | \" (?:[^\\"\n] | \\.)*+ \"?+
        | ' (?:[^\\'\n] | \\.)*+ '?+ ) )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<number> \d[\w.]*+ )
    | (?P<other> \.{3} | . )
    """,
    re.DOTALL | re.VERBOSE,
)
"""Python's tokens, as far as the names need them. Unlike Python's own tokenizer, it reads each
character of a hostile text once: a string that does not end reaches to the end of its line, or of
the file, and nothing is tried twice."""
