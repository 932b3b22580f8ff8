"""The same judging on the workers of a Dask cluster; the scheduler only passes work on.

Each Dask worker has a pool of judge processes, as a local run has. Submissions travel as text and
reports as plain data, in batches. The secret travels too: outside one machine, use TLS.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..core.fingerprint import whole_digest
from .pool import Job, Judged, JudgePool, Result, Settings, Unjudged

BATCH = 10
"""Submissions in one task: a task costs the scheduler three milliseconds, a submission fifty."""

CONNECT = 30
"""Seconds to wait for a scheduler."""

_mine = threading.local()


def judge_batch(
    jobs: list[Job], settings: Settings, grader: str
) -> list[tuple[int, Judged | Unjudged]]:
    """Judges a batch on a worker; for each submission its place in the batch and what came of it.

    Raises:
        ValueError: where the worker has another grader.
    """
    if whole_digest() != grader:
        raise ValueError(
            "cluster: grader of a worker is another, expected the same one everywhere."
        )
    # One engine per thread of the worker, kept warm for its life; it ends with the process.
    if getattr(_mine, "setting", None) != settings:
        _mine.settings, _mine.engine = settings, JudgePool(settings, count=1)
    places = {id(job): place for place, job in enumerate(jobs)}
    return [(places[id(job)], result) for job, result in _mine.engine.run(jobs)]


def run(
    jobs: Sequence[Job], settings: Settings, address: str, batch: int = BATCH
) -> Iterator[Result]:
    """Each submission with what came of it, in the order in which batches are done.

    Raises:
        ValueError: where Dask is not installed, or there is no scheduler at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ValueError(
            "cluster: dask.distributed is missing, expected it; pip install 'bnlab[dask]'."
        ) from None
    try:
        client = Client(address, timeout=CONNECT)
    # Dask raises the last two where there is no certificate, or one of somebody else.
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise ValueError(_no_answer(address, error)) from None
    # A worker's folder of mistakes is its own machine's business.
    judge = partial(judge_batch, settings=replace(settings, cache_dir=None), grader=whole_digest())
    batches = [list(jobs[at : at + batch]) for at in range(0, len(jobs), batch)]
    with client:
        futures = {client.submit(judge, each, pure=False): each for each in batches}
        for future in as_completed(futures):
            yield from _results(future, futures.pop(future))


def _no_answer(address: str, error: Exception) -> str:
    """What is amiss, and what to do, in one line."""
    if not address.startswith("tls:"):
        why = " ".join(str(error).split())
        return f"cluster: scheduler {address} does not answer ({why}), expected it to."
    why = "there is none" if isinstance(error, TypeError) else "or it does not answer at all"
    return (
        f"cluster: scheduler {address} does not take our certificate ({why}), expected the one "
        "that it was started with; name its three files in ~/.config/dask/distributed.yaml under "
        "distributed.comm.tls: ca-file, client.cert and client.key."
    )


def _results(future: Any, jobs: list[Job]) -> Iterator[Result]:
    try:
        for place, result in future.result():
            yield jobs[place], result
    except ValueError:
        raise
    except Exception as error:  # the batch ended several workers, or the scheduler is gone
        for job in jobs:
            yield job, Unjudged(f"the cluster failed ({type(error).__name__})")
