"""Load what some experiments take from `solutions/`: solved modules, mistakes, layers to audit."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

SOLUTIONS = Path(__file__).resolve().parents[3] / "solutions"
# The wrong and right layers of the hidden tests of `audit`; the later files go on with the first.
AUDIT_LAYERS = [
    SOLUTIONS / "hidden_tests" / f"audit_layers{part}.py" for part in ("", "_state", "_gradient")
]


def solved(unit: str) -> ModuleType:
    """Solved module of a unit."""
    path = SOLUTIONS / "bnlab" / f"{unit}.py"
    return _module(path, path.read_text("utf8"))


def mistakes(unit: str) -> dict[str, ModuleType]:
    """Known mistakes of a unit by name: the solved module, with wrong definitions."""
    right = (SOLUTIONS / "bnlab" / f"{unit}.py").read_text("utf8")
    return {
        path.stem: _module(path, f"{right}\n\n{path.read_text('utf8')}")
        for path in sorted((SOLUTIONS / "mistakes" / unit).glob("*.py"))
    }


def audit_layers() -> ModuleType:
    """Module with the layers that the hidden tests show to a learner's audit."""
    return _module(AUDIT_LAYERS[0], "\n".join(path.read_text("utf8") for path in AUDIT_LAYERS))


def _module(path: Path, source: str) -> ModuleType:
    module = ModuleType(path.stem)
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module
