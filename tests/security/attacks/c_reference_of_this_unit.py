"""Asks for the references of its own unit and of later ones, in every way an import can be asked.

item: C importing solutions
unit: forward
harm: the solution of the task is in the submission's process
deserves: everything
control: by_design: only the references of earlier units are sent to a child
"""

import gc
import importlib
import linecache
import sys


def attempt():
    got = []
    sys.modules.pop("bnlab.forward", None)
    for name in ("forward", "backward", "layer", "audit"):
        try:
            module = importlib.import_module(f"bnlab.{name}")
            got += [name] if "NotImplementedError" not in open(module.__file__).read() else []
        except (ImportError, OSError):
            continue
    texts = [each for each in gc.get_objects() if isinstance(each, dict)]
    words = ("def batch_norm_" + "backward", "class Batch" + "Norm")
    for each in (*texts, *(cached[2] for cached in linecache.cache.values() if len(cached) > 2)):
        try:
            text = repr(each)
        except Exception:
            continue
        got += [word for word in words if word in text and "NotImplementedError" not in text]
    return got
