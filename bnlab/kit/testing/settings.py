"""Settings of the process that learners' code may change, and that a request must not pass on."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def kept_settings() -> Iterator[None]:
    """Put the settings of NumPy, torch and the random generators back after the block.

    They are NumPy's reaction to errors, torch's gradient mode and default dtype, and the states
    of the three random generators. Otherwise one wrong call, such as one that switches gradients
    off for good, would spoil what other tests, or the learner's notebook, do afterwards.
    """
    torch = sys.modules.get("torch")
    errors, generators = np.geterr(), (random.getstate(), np.random.get_state())
    if torch is not None:
        mode, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
        drawn = torch.get_rng_state()
    try:
        yield
    finally:
        np.seterr(**errors)
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        if torch is not None:
            torch.set_grad_enabled(mode)
            torch.set_default_dtype(dtype)
            torch.set_rng_state(drawn)
