"""What a child can use of `bnlab.kit`: the data and networks, but not the learner's checks.

A check compares with a function that computes the right result, so a submission that calls this
function would earn the points of the task. In the tiers `namespaces` and `landlock`, children
cannot read these files; a finder says so in words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from bnlab.kit.testing.earlier_units import CLOSED  # of `testing`, the worker has what it needs

FILES = tuple(f"bnlab/kit/{name}" for name in CLOSED)


class KitFinder(MetaPathFinder):
    """A finder that refuses the closed packages of the kit."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None for any other module.

        Raises:
            ModuleNotFoundError: for a module of a closed package.
        """
        if _closed(fullname.removeprefix("bnlab.kit.")) and fullname.startswith("bnlab.kit."):
            text = f"{fullname} cannot be imported: it belongs to the checks."
            raise ModuleNotFoundError(text, name=fullname)
        return None


def close() -> None:
    """Refuse the closed packages from now on, in this process and its children.

    What the kit offers to notebooks from these packages, such as `check`, does nothing: a call
    that was left in a module costs no points.
    """
    kit: Any = sys.modules["bnlab.kit"]  # the package of what the worker has imported
    for name in ("setup", *(name for name, module in kit._MODULES.items() if _closed(module))):
        setattr(kit, name, _do_nothing)
    sys.meta_path.insert(0, KitFinder())


def _closed(module: str) -> bool:
    return module.partition(".")[0] in CLOSED


def _do_nothing(*_: Any, **__: Any) -> None:
    pass
