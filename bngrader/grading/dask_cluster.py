"""Judging on the workers of a Dask cluster; the Dask scheduler only passes batches on.

Each Dask worker has a judge pool with one judge process, and probes the tiers on its own machine.
Submissions and the course secret travel to the workers: use TLS outside one machine.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..core.errors import GraderError
from ..core.fingerprint import whole_digest
from ..core.report import Report
from .jobs import Job, Result, Settings
from .pool import JudgePool

BATCH_SIZE = 10
"""Submissions in one Dask task: a task costs the scheduler 3 ms, a submission takes 50 ms."""

CONNECT_TIMEOUT_S = 30
"""Seconds to wait for the scheduler."""
GRACE_S = 5
"""Seconds after which Dask is not waited for, if its own timeout does not hold."""

_local = threading.local()


def judge_batch(jobs: list[Job], settings: Settings, grader: str) -> list[tuple[int, Report]]:
    """Judge a batch on a Dask worker.

    Args:
        jobs: the submissions.
        settings: for the judge pool.
        grader: `whole_digest()` of the controller.

    Returns:
        For each submission its index in `jobs`, and the report.

    Raises:
        GraderError: the worker has another version of the grader, or cannot confine code.
    """
    if whole_digest() != grader:
        raise GraderError(
            "cluster: a worker runs another version of the grader; "
            "install the same version on all machines."
        )
    # Each thread of the worker keeps its pool, which ends with the process.
    if getattr(_local, "settings", None) != settings:
        _local.settings, _local.pool = settings, JudgePool(settings, count=1)
    index = {id(job): number for number, job in enumerate(jobs)}
    return [(index[id(job)], report) for job, report in _local.pool.run(jobs)]


def run(
    jobs: Sequence[Job], settings: Settings, address: str, batch: int = BATCH_SIZE
) -> Iterator[Result]:
    """Yield each submission with its report, in the order in which batches are finished.

    Args:
        jobs: the submissions.
        settings: for each judge pool.
        address: of the Dask scheduler, such as "tls://host:8786".
        batch: submissions in one Dask task.

    Raises:
        GraderError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise GraderError(
            "cluster: dask.distributed is not installed; run `pip install '.[dask]'`."
        ) from None
    try:
        client = _connected(Client, address)
    # Without a certificate, or with a wrong one, Dask raises one of the last two.
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise GraderError(_no_answer(address, error)) from None
    # Each machine has its own mistake cache, which its judge processes compute.
    judge = partial(judge_batch, settings=replace(settings, cache_dir=None), grader=whole_digest())
    batches = [list(jobs[at : at + batch]) for at in range(0, len(jobs), batch)]
    with client:
        futures = {client.submit(judge, each, pure=False): each for each in batches}
        for future in as_completed(futures):
            yield from _results(future, futures.pop(future))


def _connected(client: Callable[..., Any], address: str) -> Any:
    """Return a client of a scheduler.

    Dask's own timeout does not hold where the other side accepts and is silent, so a thread waits,
    which is given up.

    Raises:
        OSError: the scheduler does not answer in time.
    """
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def connect() -> None:
        try:
            done.put(client(address, timeout=CONNECT_TIMEOUT_S))
        except BaseException as error:
            done.put(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        found = done.get(timeout=CONNECT_TIMEOUT_S + GRACE_S)
    except queue.Empty:
        raise OSError(f"it accepts, and says nothing in {CONNECT_TIMEOUT_S} s") from None
    if isinstance(found, BaseException):
        raise found
    return found


def _no_answer(address: str, error: Exception) -> str:
    """Return one line that says why the scheduler cannot be used and what to do."""
    if not address.startswith("tls:"):
        why = " ".join(str(error).split())
        return (
            f"cluster: scheduler {address} does not answer ({why}); check the address, and that "
            "the scheduler runs."
        )
    why = "there is none" if isinstance(error, TypeError) else "or it does not answer at all"
    return (
        f"cluster: scheduler {address} does not take our certificate ({why}), expected the one "
        "that it was started with; name its three files in ~/.config/dask/distributed.yaml under "
        "distributed.comm.tls: ca-file, client.cert and client.key."
    )


def _results(future: Any, jobs: list[Job]) -> Iterator[Result]:
    """Yield the results of one batch; if the cluster lost the batch, none of it is judged."""
    try:
        for index, report in future.result():
            yield jobs[index], report
    except GraderError:
        raise
    except Exception as error:  # the batch ended several workers, or the scheduler is gone
        reason = f"the cluster failed ({type(error).__name__})."
        for job in jobs:
            yield job, Report.not_judged(job.unit, reason)
