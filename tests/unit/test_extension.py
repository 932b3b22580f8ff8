"""A call gets more time if, and only if, other processes kept its process from running."""

import os
import subprocess
import sys
import time

import pytest

from bngrader.sandbox.extension import STEP_S, CpuTimes, Extension
from bngrader.sandbox.limits import MAX_STRETCH

CALL_S = 4.0
WORKS = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"


def extension(*times, deadline=None):
    """Return the extension of a call whose process has had these (running, waiting) seconds."""
    left = iter(times)
    return Extension(lambda: next(left), CALL_S, deadline or time.monotonic())


@pytest.mark.parametrize("earlier", [0.0, 30.0])
def test_a_starved_call_gets_more_time_however_much_the_calls_before_it_ran(earlier):
    more = extension((earlier, 1.0), (earlier + 0.2, 4.8), (earlier + 0.3, 5.0))
    assert more() == STEP_S
    assert more() == STEP_S


def test_a_call_that_had_its_share_or_never_wanted_to_run_gets_none():
    assert extension((0.0, 0.0), (3.9, 0.1))() == 0
    assert extension((9.0, 5.0), (9.01, 5.01))() == 0


def test_a_starved_call_that_falls_asleep_gets_none():
    more = extension((0.0, 0.0), (0.2, 3.8), (0.2, 3.81))
    assert more() == STEP_S
    assert more() == 0


def test_a_starved_call_ends_when_the_deadline_has_moved_far_enough():
    past = time.monotonic() - MAX_STRETCH * CALL_S
    assert extension((0.0, 0.0), (0.1, 30.0), deadline=past)() <= 0


def test_the_kernel_tells_how_long_a_process_ran_until_it_has_ended():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WORKS], **pipes) as process:
        pidfd = os.pidfd_open(process.pid)
        times = CpuTimes(pidfd)
        process.stdout.readline()
        ran, waited = times.read()
        assert 0.3 <= ran < 3
        assert waited >= 0
        process.communicate(b"\n")
        assert times.read() == (0.0, 0.0)
        times.close()
        times.close()
        assert times.read() == CpuTimes(pidfd).read() == (0.0, 0.0)
        os.close(pidfd)
