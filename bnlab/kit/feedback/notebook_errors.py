"""A short message, in place of a traceback, if a notebook calls a task that is not written yet."""

from __future__ import annotations

import builtins
from pathlib import Path
from types import TracebackType
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2]


def install() -> None:
    """Register the handler with IPython; do nothing outside IPython."""
    find_shell = vars(builtins).get("get_ipython")
    if find_shell is not None:
        find_shell().set_custom_exc((NotImplementedError,), _show)


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show a NotImplementedError; one from other files than the learner's as usual."""
    last = trace
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    if Path(code.co_filename).parent == PACKAGE:
        where = f"bnlab/{Path(code.co_filename).name}, line {last.tb_lineno}"
        name = getattr(code, "co_qualname", code.co_name)
        text = f"{name} is not written yet ({where}). Write it, save, and run this cell again."
        vars(error)["_render_traceback_"] = lambda: [text]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
