"""The choice of the device, made once and by name."""

from __future__ import annotations

from functools import cache

import torch


def device(name: str | None = None) -> torch.device:
    """Return the device to compute on: the one that is named, else the fastest one that works.

    Args:
        name: as torch spells it ("cpu", "cuda", "cuda:1", "mps"). None takes CUDA, else MPS,
            else the CPU.

    Returns:
        A device on which an operation has just succeeded.

    Raises:
        ValueError: the named device is unknown or does not work here.

    >>> device("cpu")
    device(type='cpu')
    """
    candidates = ("cuda", "mps", "cpu") if name is None else (name,)
    for candidate in candidates:
        if _works(candidate):
            return torch.device(candidate)
    raise ValueError(f"device: name is {name!r}, expected a device that works here, like 'cpu'.")


@cache
def for_checks() -> torch.device:
    """Return the device on which checks run learners' code: CUDA where it works, else the CPU.

    Not MPS: most checks are in float64, which it does not have.
    """
    return torch.device("cuda" if _works("cuda") else "cpu")


def _works(name: str) -> bool:
    # An operation tells more than is_available: a driver can be present and broken.
    try:
        torch.ones(1, device=name).add(1)
    except (RuntimeError, AssertionError, NotImplementedError):
        return False
    return True
