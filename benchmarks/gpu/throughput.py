"""Submissions per second on the device and on the CPU, by one judge, and the cost of a child."""

from __future__ import annotations

import statistics
import time

from benchmarks.gpu.class_on_device import COURSE_SECRET
from benchmarks.gpu.parts import Ask, Rows
from benchmarks.gpu.units import on_the_device
from bngrader.core import solutions
from bngrader.judging.judge import Judge


def rows(ask: Ask) -> Rows:
    """Yield the seconds of a warm-up, a child's start, and a right submission of each unit.

    The device comes first: in two runs it did not come to an end behind the CPU.
    """
    for device in dict.fromkeys((ask.device, "cpu")):
        repeats = 3 if device == "cpu" and not ask.small else 1
        with Judge(COURSE_SECRET, device=device) as judge:
            start = time.perf_counter()
            judge.warm_up()
            yield f"warm-up, {device}, seconds", round(time.perf_counter() - start, 3)
            starts = []
            for _ in range(repeats):
                start = time.perf_counter()
                with judge.sandbox("channels").child():
                    starts.append(time.perf_counter() - start)
            yield f"start of a child, {device}, seconds", round(statistics.median(starts), 4)
            seconds = {}
            for unit in on_the_device():
                times = []
                for number in range(repeats):
                    start = time.perf_counter()
                    report = judge.judge(unit, f"{solutions.solved(unit)}\n# {number}\n")
                    times.append(time.perf_counter() - start)
                    if not all(task.full for task in report.tasks):
                        failed = [e for t in report.tasks for e in t.verdicts if not e.passed]
                        words = [f"{each.test}: {each.problem}" for each in failed]
                        yield f"a right module failed, {device}, {unit}", words
                seconds[unit] = round(statistics.median(times), 4)
                yield f"seconds, {device}", seconds
            rate = round(len(seconds) / sum(seconds.values()), 3)
            yield f"submissions per second, {device}", rate
