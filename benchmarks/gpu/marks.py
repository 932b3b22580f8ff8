"""A class on the device and on the CPU: the marks must be equal."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.gpu.class_on_device import COURSE_SECRET, jobs
from benchmarks.gpu.parts import Ask, Rows
from bngrader.core.report import Report
from bngrader.grading.jobs import Settings, cores
from bngrader.grading.pool import JudgePool

MAX_DIFFERENT = 30


def rows(ask: Ask) -> Rows:
    """Yield how many reports have equal marks, verdicts and recognised mistakes."""
    work = jobs(ask.small)
    yield "submissions", len(work)
    with tempfile.TemporaryDirectory(prefix="gpu-marks-") as folder:
        settings = Settings(COURSE_SECRET, Path(folder))
        with JudgePool(settings, min(cores(), 4)) as pool:
            here = {(job.learner, job.unit): report for job, report in pool.run(work)}
            yield "tier on the CPU", pool.settings.tier
        found = {"compared": 0, "equal marks": 0, "equal verdicts": 0, "equal mistakes": 0}
        different: list[dict[str, Any]] = []
        settings = Settings(COURSE_SECRET, Path(folder), device=ask.device)
        with JudgePool(settings, min(cores(), 4)) as pool:
            for job, report in pool.run(work):
                _compare(found, different, job.learner, here[job.learner, job.unit], report)
                yield from found.items()
                yield "different", different[:MAX_DIFFERENT]
            yield "tier on the device", pool.settings.tier


def _compare(
    found: dict[str, int],
    different: list[dict[str, Any]],
    kind: str,
    here: Report,
    there: Report,
) -> None:
    equal = {
        "equal marks": _marks(here) == _marks(there),
        "equal verdicts": _verdicts(here) == _verdicts(there),
        "equal mistakes": _mistakes(here) == _mistakes(there),
    }
    found["compared"] += 1
    for name, same in equal.items():
        found[name] += same
    if not all(equal.values()):
        words = {
            f"{test}: {problem}"
            for one, other in ((here, there), (there, here))
            for task in one.tasks
            for test, passed, problem in _all(task)
            if (test, passed) not in {(e[0], e[1]) for t in other.tasks for e in _all(t)}
        }
        different.append(
            {
                "unit": here.unit,
                "kind": kind,
                "unequal": [
                    name.removeprefix("equal ") for name, same in equal.items() if not same
                ],
                "marks": [_marks(here), _marks(there)],
                "mistakes": [_mistakes(here), _mistakes(there)],
                "words": sorted(words)[:6],
                "problem": there.problem,
            }
        )


def _all(task: Any) -> list[tuple[str, bool, str]]:
    return [(each.test, each.passed, each.problem) for each in task.verdicts]


def _marks(report: Report) -> list[float]:
    return [round(task.points, 2) for task in report.tasks]


def _verdicts(report: Report) -> list[tuple[str, bool]]:
    return [(test, passed) for task in report.tasks for test, passed, _ in _all(task)]


def _mistakes(report: Report) -> list[str]:
    return sorted({each.name for task in report.tasks for each in task.mistakes})
