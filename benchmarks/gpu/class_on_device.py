"""A class in which every kind of learner of the sample hands in every unit that runs on a GPU."""

from __future__ import annotations

import random

from benchmarks.gpu.units import on_the_device
from bngrader.authoring.sample_class import KINDS
from bngrader.grading.jobs import Job
from bnlab.kit.course import unit as find_unit

COURSE_SECRET = b"of the run on a GPU"


def jobs(small: bool) -> list[Job]:
    """Return one submission of each kind and unit; kinds without a module to run are left out."""
    rng = random.Random(0)
    found = []
    for kind in KINDS:
        for name in on_the_device():
            source = kind.write(find_unit(name), rng)
            if isinstance(source, str):
                found.append(Job(kind.write.__name__, name, source))
    return found[:3] if small else found
