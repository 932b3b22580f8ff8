"""Where a result comes from: command, commit, code, seeds, versions and machine."""

from __future__ import annotations

import datetime
import hashlib
import inspect
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import torch

from book.experiments._shared.trials import code_of

PROTOCOL = Path(__file__).parents[1] / "protocol.md"


def governed() -> tuple[str, ...]:
    """Names of the experiments that have a section in the protocol."""
    return tuple(re.findall(r"^## (\w+)$", PROTOCOL.read_text("utf8"), re.M))


def protocol_commit(name: str) -> str:
    """First commit since which the rules for an experiment are as they are now.

    Args:
        name: of an experiment with a section in the protocol.

    Raises:
        RuntimeError: the protocol has changes that are not committed.
    """
    if git("status", "--porcelain", "--", PROTOCOL.name):
        raise RuntimeError("provenance: protocol.md has changes, commit it before the run.")
    rules, found = rules_for(name, PROTOCOL.read_text("utf8")), ""
    for commit in git("log", "--format=%H", "--", PROTOCOL.name).split():
        if rules_for(name, git("show", f"{commit}:./{PROTOCOL.name}")) != rules:
            break
        found = commit
    return found


def rules_for(name: str, text: str) -> tuple[str, ...]:
    """The sections of rules above the section of one experiment, and that section.

    >>> rules_for("a_b", "# P\\n## Rules for all\\nAll.\\n## a_b\\nOne.\\n## Rules for c\\nC.")
    ('All.', 'One.')
    """
    above: list[str] = []
    for part in text.split("\n## ")[1:]:
        title, _, rules = part.partition("\n")
        if title.startswith("Rules for") or title == name:
            above.append(rules.strip())
        if title == name:
            return tuple(above)
    return (*above, "")


def git(*arguments: str) -> str:
    """What git answers in the folder of the experiments."""
    done = subprocess.run(
        ("git", *arguments), cwd=PROTOCOL.parent, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def code_hash(module: ModuleType) -> str:
    """First 12 digits of the SHA-256 of the code of an experiment and of all that it uses here.

    The checksums of MNIST and Fashion-MNIST are part of that code; the digits are scikit-learn's.
    To verify the hash of a record, compute it at the commit of the record: older records were made
    by a `code_of` that left out constants assigned together, as in `A, B = 1, 2`.
    """
    code = code_of("run", inspect.getsource(module))
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def provenance(command: str, module: ModuleType, seconds: float) -> dict:
    """Everything needed to run a measurement again and to judge its timing.

    Args:
        command: what to type in the root of the repository.
        module: the experiment; its `SEEDS` are missing where nothing is random, its
            `device_name` where it needs no GPU.
        seconds: processor time of the measurement.
    """
    seeds = getattr(module, "SEEDS", None)
    return {
        "command": command,
        "commit": git("rev-parse", "HEAD"),
        "code": code_hash(module),
        "seeds": _span(seeds) if seeds else "none",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "numpy", "scipy", "scikit-learn")},
        "device": getattr(module, "device_name", lambda: "cpu")(),
        "cpu": cpu_model(),
        "processor": processor(),
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "seconds": round(seconds, 1),
    }


def cpu_model() -> str:
    """Name of the processor."""
    return _cpuinfo().get("model name") or platform.processor() or platform.machine()


def processor() -> dict[str, str]:
    """What tells a processor from others of its name, and the instructions that torch uses."""
    found = {key: _cpuinfo().get(key, "") for key in ("cpu family", "model", "stepping")}
    return found | {"capability": torch.backends.cpu.get_cpu_capability()}


def _cpuinfo() -> dict[str, str]:
    """Entries of the first core, empty where the system does not tell."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    core = path.read_text().split("\n\n")[0].splitlines()
    pairs = (line.partition(":")[::2] for line in core)
    return {key.strip(): value.strip() for key, value in pairs}


def _span(seeds: range) -> str:
    return f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
