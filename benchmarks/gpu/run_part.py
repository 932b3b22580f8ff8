"""The program of one part: it prints a line of JSON for each row. Run by `__main__.py`."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from benchmarks.gpu.parts import Ask


def main() -> None:
    """Run the part that the command line names."""
    name, device, size, seconds = sys.argv[1:]
    # Rows go to the real standard output; whatever else prints goes to standard error.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    module = import_module(f"benchmarks.gpu.{name}")
    for key, value in module.rows(Ask(device, size == "small", float(seconds))):
        out.write(json.dumps({key: value}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
