"""Settings of the process that learners' code may change, and that a request must not pass on."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np


@contextmanager
def kept_settings(generators: bool = True) -> Iterator[None]:
    """Put the settings of NumPy, torch and the random generators back after the block.

    They are NumPy's reaction to errors, torch's gradient mode and default dtype, and the states
    of the three random generators. Otherwise one wrong call, such as one that switches gradients
    off for good, would spoil what other tests, or the learner's notebook, do afterwards.

    Args:
        generators: whether the states of the random generators are put back, which takes longer
            than all else. False where they are seeded before each block.
    """
    torch = sys.modules.get("torch")
    errors = np.geterr()
    if torch is not None:
        mode, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    try:
        with kept_generators() if generators else nullcontext():
            yield
    finally:
        np.seterr(**errors)
        if torch is not None:
            torch.set_grad_enabled(mode)
            torch.set_default_dtype(dtype)


@contextmanager
def kept_generators() -> Iterator[None]:
    """Put the states of the generators of Python, NumPy and torch back after the block."""
    states = random.getstate(), np.random.get_state()
    try:
        with kept_torch_generator():
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


@contextmanager
def kept_torch_generator() -> Iterator[None]:
    """Put the state of torch's generator on the CPU back after the block, if torch is loaded."""
    torch = sys.modules.get("torch")
    drawn = None if torch is None else torch.get_rng_state()
    try:
        yield
    finally:
        if torch is not None:
            torch.set_rng_state(drawn)


def seed_torch() -> None:
    """Seed the generators of torch with 0, if torch is loaded.

    `torch.manual_seed` formats a stack trace for each kind of device that is not in use: 0.2 ms.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return
    torch.default_generator.manual_seed(0)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(0)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(0)
