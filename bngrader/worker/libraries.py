"""The libraries of a worker: of a unit written in NumPy, only NumPy can be imported.

Such a worker never imports torch, and in the tiers `namespaces` and `landlock` its children cannot
read the files of another library either; see `rootfs.readable`. The finder says so in words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any

NUMPY = "numpy"
OURS = ("bnlab", "bngrader", "safetensors")
FOLDERS = ("numpy", "numpy.libs", "safetensors")
"""What children can read of the folders of installed packages."""
KNOWN = (
    "torch", "torchvision", "scipy", "sklearn", "pandas", "matplotlib", "seaborn", "plotly",
    "tensorflow", "keras", "jax", "numba", "cupy", "statsmodels", "sympy", "tqdm", "nnfs",
)  # fmt: skip
"""Libraries that have a placeholder; the import of any other name may be a slip."""


class LibraryFinder(MetaPathFinder):
    """A finder of the libraries that a unit written in NumPy lacks: it refuses them.

    Attributes:
        placeholders: whether a library is found all the same, as a module whose functions raise. A
            file that imports a library and uses it in one task then loses that task alone.
    """

    placeholders = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None for a module that may be imported, and a placeholder for any other.

        Raises:
            ModuleNotFoundError: where there are no placeholders.
        """
        name = fullname.partition(".")[0]
        if name in sys.stdlib_module_names or name in (NUMPY, *OURS):
            return None
        if name.startswith("_"):  # of Python's own library, such as `_sysconfigdata_...`
            return None
        if self.placeholders and name in KNOWN:
            return spec_from_loader(fullname, _PlaceholderLoader(), is_package=True)
        raise _missing(name)


finder = LibraryFinder()
"""The one of this process."""


def refuse_other_libraries() -> None:
    """Refuse all libraries but NumPy from now on."""
    sys.meta_path.insert(0, finder)


def forget_placeholders() -> None:
    """Take the placeholders out of `sys.modules`, where our own code looks for torch."""
    for name in [name for name, each in sys.modules.items() if isinstance(each, _Placeholder)]:
        del sys.modules[name]


def _missing(name: str) -> ModuleNotFoundError:
    text = f"{name} cannot be imported: this unit is written in NumPy."
    return ModuleNotFoundError(text, name=name)


class _Placeholder(ModuleType):
    """A module in the place of one that is missing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(self.__name__)


class _Name:
    """A name of a library that is missing: it may be imported, and raises if it is used."""

    def __init__(self, library: str):
        self._library = library

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise _missing(self._library)

    __bool__ = __iter__ = __len__ = __enter__ = __mro_entries__ = __call__


class _PlaceholderLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Placeholder(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass
