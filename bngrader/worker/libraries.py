"""The libraries of a worker: of a unit written in NumPy, only NumPy can be imported.

Such a worker never imports torch, and in the tiers `namespaces` and `landlock` its children cannot
read the files of another library either; see `rootfs.readable`. The finder says so in words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

NUMPY = "numpy"
OURS = ("bnlab", "bngrader", "safetensors")
FOLDERS = ("numpy", "numpy.libs", "safetensors")
"""What children can read of the folders of installed packages."""


class LibraryFinder(MetaPathFinder):
    """A finder that finds nothing, and refuses libraries that a unit written in NumPy lacks."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None for a module that may be imported.

        Raises:
            ModuleNotFoundError: for any other.
        """
        name = fullname.partition(".")[0]
        if name in sys.stdlib_module_names or name in (NUMPY, *OURS):
            return None
        text = f"{name} cannot be imported: this unit is written in NumPy."
        raise ModuleNotFoundError(text, name=name)


def refuse_other_libraries() -> None:
    """Refuse all libraries but NumPy from now on."""
    sys.meta_path.insert(0, LibraryFinder())
